import type { IncomingMessage } from 'node:http';
import { isIP, isIPv4 } from 'node:net';

const ipv4Mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/**
 * The address a request comes from, IPv4 in its own form.
 * @param trustedProxies how many proxies before the service add to X-Forwarded-For
 */
export function remoteAddress(request: IncomingMessage, trustedProxies: number): string {
  let address = request.socket.remoteAddress ?? 'unknown';
  const forwarded = [request.headers['x-forwarded-for'] ?? []]
    .flat()
    .join(',')
    .split(',')
    .reverse();
  for (const hop of forwarded.slice(0, trustedProxies)) {
    if (isIP(hop.trim()) === 0) break;
    address = hop.trim();
  }
  return ipv4Mapped.exec(address)?.[1] ?? address;
}

/**
 * The address a request comes from, as limits count it: an IPv4 address, or the /64 network of
 * an IPv6 one, which is what one subscriber gets (RFC 6177).
 * @param trustedProxies how many proxies before the service add to X-Forwarded-For
 */
export function clientAddress(request: IncomingMessage, trustedProxies: number): string {
  const plain = remoteAddress(request, trustedProxies);
  if (isIPv4(plain) || isIP(plain) === 0) return plain;
  return `${expandIPv6(plain).slice(0, 4).join(':')}::/64`;
}

/** The eight groups of an IPv6 address, without a zone and without leading zeros (RFC 4291, 2.2). */
function expandIPv6(address: string): string[] {
  // The URL parser writes an address in its one canonical form, without dotted decimals.
  const [host = ''] = address.split('%');
  const canonical = new URL(`http://[${host}]`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const left = head.split(':').filter((group) => group !== '');
  const right = (tail ?? '').split(':').filter((group) => group !== '');
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...zeros, ...right];
}
