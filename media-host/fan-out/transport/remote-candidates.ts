import { BlockList, isIP } from 'node:net';

import type { IceCandidate } from '../../../signaling/protocol/transport.js';

/** Ports below are services', not browsers'; libwebrtc refuses them as well (`VerifyCandidate`). */
const lowestPort = 1024;

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** What no page can be reached at. Private networks are not among it: pages and media host share them. */
const neverIPv4 = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8], // this network (RFC 791)
  ['169.254.0.0', 16], // link-local (RFC 3927), and the metadata services of clouds
  ['224.0.0.0', 4], // multicast (RFC 5771)
  ['240.0.0.0', 4], // reserved, and broadcast (RFC 1112, RFC 919)
] as const) {
  neverIPv4.addSubnet(network, prefix, 'ipv4');
}
/** A list of its own: the rule for IPv4 in disguise would cover plain IPv4 as well. */
const neverIPv6 = new BlockList();
for (const [network, prefix] of [
  ['::', 128], // unspecified (RFC 4291)
  ['::ffff:0:0', 96], // IPv4 in disguise, which no candidate may be (RFC 8445, section 5.1.1.1)
  ['64:ff9b::', 96], // the same by NAT64 (RFC 6052)
  ['fe80::', 10], // link-local
  ['fec0::', 10], // site-local, deprecated, not a candidate either
  ['ff00::', 8], // multicast
] as const) {
  neverIPv6.addSubnet(network, prefix, 'ipv6');
}

/** Whether an address is the machine's own, `127.0.0.1` or such. */
export const isLoopback = (address: string): boolean => {
  const version = isIP(address);
  return version !== 0 && loopback.check(address, version === 4 ? 'ipv4' : 'ipv6');
};

/**
 * Whether ICE checks may be sent where a page says that it is. A page can name any address, and the
 * media host would probe it from inside its network.
 * @param isOnLoopback whether this side is bound to the loopback interface, where only the same
 *   machine's pages are
 */
export function isUsable(
  { protocol, address, port }: IceCandidate,
  isOnLoopback: boolean,
): boolean {
  const version = isIP(address);
  // Names are not looked up; a page's mDNS name is none that could be, and ICE learns its address from checks.
  if (protocol !== 'udp' || version === 0) return false;
  if (!Number.isInteger(port) || port < lowestPort || port > 65_535) return false;
  if (isLoopback(address)) return isOnLoopback;
  return version === 4 ? !neverIPv4.check(address) : !neverIPv6.check(address, 'ipv6');
}
