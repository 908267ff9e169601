import { randomInt } from 'node:crypto';

import type { Namespace } from './namespace.js';

/** Where one end of a wire is. */
export interface WireEnd {
  readonly device: string;
  readonly address: string;
}

export interface Wire {
  readonly a: WireEnd;
  readonly b: WireEnd;
}

/** Kinds of networks: addresses of the internet, or those behind a NAT. */
export type Realm = 'public' | 'private';

/* RFC 2544 sets 198.18.0.0/15 aside for tests of networks: no machine has them, and they are not private. */
const realms = {
  public: { first: [198, 18, 0], blocks: 2 ** 15 },
  private: { first: [10, 64, 0], blocks: 2 ** 20 },
} as const;
const prefixLength = 30;

/** The two addresses of a network of two, none that was given out before by this or, likely, another run. */
export function freshAddresses(realm: Realm): readonly [string, string] {
  const { first, blocks } = realms[realm];
  let network: number;
  do network = randomInt(blocks) * 4;
  while (taken.has(`${realm} ${network}`));
  taken.add(`${realm} ${network}`);
  const [high, middle, low] = first;
  const base = ((high * 256 + middle) * 256 + low) * 256 + network;
  return [dotted(base + 1), dotted(base + 2)];
}

const taken = new Set<string>();

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

let made = 0;

/** A device name that is unique on the machine; 15 characters are all there may be. */
export function deviceName(): string {
  made += 1;
  return `sst${process.pid}-${made}`;
}

/** Joins two namespaces by a pair of virtual Ethernet interfaces with an address each. */
export async function connect(a: Namespace, b: Namespace, realm: Realm): Promise<Wire> {
  const [addressA, addressB] = freshAddresses(realm);
  const [deviceA, deviceB] = [deviceName(), deviceName()];
  const peer = ['peer', 'name', deviceB, 'netns', b.name];
  await a.run('ip', 'link', 'add', deviceA, 'type', 'veth', ...peer);
  await raise(a, deviceA, addressA);
  await raise(b, deviceB, addressB);
  return {
    a: { device: deviceA, address: addressA },
    b: { device: deviceB, address: addressB },
  };
}

/** Gives an interface its address and sets it up. */
export async function raise(namespace: Namespace, device: string, address: string): Promise<void> {
  await namespace.run('ip', 'address', 'add', `${address}/${prefixLength}`, 'dev', device);
  await namespace.run('ip', 'link', 'set', device, 'up');
}

/** Sends everything that has no nearer way through a neighbour. */
export async function routeThrough(namespace: Namespace, neighbour: string): Promise<void> {
  await namespace.run('ip', 'route', 'replace', 'default', 'via', neighbour);
}
