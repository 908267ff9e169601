import type { PortRange } from '../setting-schemas.js';

export interface TurnConfiguration {
  readonly port: number;
  /** Addresses that clients reach, IPv4 and IPv6. */
  readonly listeningAddresses: readonly string[];
  /** IPv4 address that relayed packets leave from. */
  readonly relayAddress: string;
  /** What stands for it outside, when a NAT stands before the machine; else null. */
  readonly publicAddress: string | null;
  readonly relayPorts: PortRange;
  /** IPv4 addresses of media hosts, the only peers there are. */
  readonly peers: readonly string[];
  readonly secret: string;
  /** Upper bound of a room's video. */
  readonly videoBitrateKbps: number;
}

/** A page has two allocations on each of its networks; lost ones stay for ten minutes. */
const allocationsPerUser = 32;
const nonceLifetimeSeconds = 600;
/** Key frames and packets sent again come on top of the video's rate. */
const bitrateHeadroom = 4;
const lowestBytesPerSecond = 1_000_000;

/**
 * coturn's configuration file. Clients talk UDP to it and it talks UDP over IPv4 to the media
 * hosts, and to nobody else: coturn takes a peer that is allowed before it looks at what is denied.
 * Its IPv4 ranges do not hold IPv4-mapped IPv6 addresses (4.6), so there is no IPv6 relay at all.
 */
export function turnConfigurationText(configuration: TurnConfiguration): string {
  const { port, relayAddress, publicAddress, relayPorts, peers, secret } = configuration;
  const bytesPerSecond = (configuration.videoBitrateKbps * 1000 * bitrateHeadroom) / 8;
  const lines = [
    `listening-port=${port}`,
    ...configuration.listeningAddresses.map((address) => `listening-ip=${address}`),
    'no-tcp',
    'no-tls',
    'no-dtls',
    `relay-ip=${relayAddress}`,
    ...(publicAddress === null ? [] : [`external-ip=${publicAddress}/${relayAddress}`]),
    `min-port=${relayPorts.first}`,
    `max-port=${relayPorts.last}`,
    'no-tcp-relay',
    'allocation-default-address-family=ipv4',
    'denied-peer-ip=0.0.0.0-255.255.255.255',
    'denied-peer-ip=::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    ...peers.map((address) => `allowed-peer-ip=${address}`),
    ...(peers.some(isLoopback) ? ['allow-loopback-peers'] : []),
    'no-multicast-peers',
    'use-auth-secret',
    `static-auth-secret=${secret}`,
    'realm=share-space',
    `stale-nonce=${nonceLifetimeSeconds}`,
    `user-quota=${allocationsPerUser}`,
    `total-quota=${relayPorts.last - relayPorts.first + 1}`,
    `max-bps=${Math.max(lowestBytesPerSecond, bytesPerSecond)}`,
    'fingerprint',
    'no-software-attribute',
    'no-rfc5780',
    'no-stun-backward-compatibility',
    'response-origin-only-with-rfc5780',
    'no-cli',
    // Without one of its own it looks for the system's, and refuses everybody when it cannot read it.
    'userdb=:memory:',
    'no-dynamic-ip-list',
    'no-dynamic-realms',
    'pidfile=/dev/null',
    'log-file=stdout',
    'simple-log',
  ];
  return `${lines.join('\n')}\n`;
}

/** Whether an IPv4 address is of the loopback network. */
export const isLoopback = (address: string): boolean => address.startsWith('127.');
