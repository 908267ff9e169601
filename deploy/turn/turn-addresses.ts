import { createSocket } from 'node:dgram';
import { isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';

/** The addresses of this machine that its TURN server is concerned with. */
export interface TurnAddresses {
  readonly listening: readonly string[];
  /** IPv4. */
  readonly relay: string;
  /** IPv4 addresses at which a media host on this machine is reached. */
  readonly local: readonly string[];
}

const loopback = '127.0.0.1';
/** Documentation addresses have no host, but a route (RFC 5737). */
const somewhere = '198.51.100.1';
const anyPort = 9;

/**
 * Looks at the machine's interfaces as they are now.
 * @param bound the address media transports of this machine are bound to; null: to all
 * @param farPeer a media host elsewhere, which relayed packets must reach
 */
export async function turnAddresses(
  bound: string | null,
  farPeer: string | undefined,
): Promise<TurnAddresses> {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  // An IPv6 address of link scope means nothing without its interface.
  const usable = all.filter(({ address }) => !address.startsWith('fe80:'));
  const outer = usable.filter(({ internal, address }) => !internal && isIPv4(address));
  const own = outer.map(({ address }) => address);
  const local = own.length === 0 ? [loopback] : own;
  const routed = await addressTowards(farPeer ?? somewhere);
  return {
    listening: usable.map(({ address }) => address),
    relay: local.find((address) => address === routed) ?? local[0] ?? loopback,
    local: bound !== null && isIPv4(bound) ? [bound] : local,
  };
}

/** The local address that packets to somewhere leave from; sends nothing. Null without a route. */
async function addressTowards(address: string): Promise<string | null> {
  const socket = createSocket('udp4');
  try {
    return await new Promise((resolve) => {
      socket.once('error', () => resolve(null));
      socket.connect(anyPort, address, () => resolve(socket.address().address));
    });
  } finally {
    socket.close();
  }
}
