import { type RemoteInfo, type Socket, createSocket } from 'node:dgram';
import { once } from 'node:events';

import { systemClock } from '../../../media-host/supervision/clock.js';

import type { LinkCounters, LinkSettings } from './link-conditions.js';
import { LinkDirection } from './link-direction.js';
import { seededRandom } from './random.js';

/** Room for a burst while the process does something else. */
const socketBufferBytes = 2 * 1024 * 1024;
const address = '127.0.0.1';

/** One end: where it is reached, and who was last heard there. */
class LinkEnd {
  peer: RemoteInfo | null = null;
  unaddressed = 0;

  constructor(readonly socket: Socket) {}

  get port(): number {
    return this.socket.address().port;
  }

  send(packet: Buffer): void {
    // What the socket refuses is lost, as on any link.
    if (this.peer) this.socket.send(packet, this.peer.port, this.peer.address, () => undefined);
    else this.unaddressed += 1;
  }
}

/**
 * A link between two programs that send each other UDP datagrams through it. Each end is a port of
 * 127.0.0.1; the program that sends to it first is the one there, and what comes for an end that
 * nobody has spoken from yet is dropped and counted.
 */
export class LinkEmulator {
  readonly #a: LinkEnd;
  readonly #b: LinkEnd;
  readonly #aToB: LinkDirection;
  readonly #bToA: LinkDirection;
  #closed = false;

  private constructor(a: LinkEnd, b: LinkEnd, settings: LinkSettings, seed: number) {
    this.#a = a;
    this.#b = b;
    const toB = (packet: Buffer): void => b.send(packet);
    const toA = (packet: Buffer): void => a.send(packet);
    this.#aToB = new LinkDirection(settings.aToB, seededRandom(seed), systemClock, toB);
    this.#bToA = new LinkDirection(settings.bToA, seededRandom(seed + 1), systemClock, toA);
    a.socket.on('message', (packet, from) => {
      a.peer = from;
      this.#aToB.send(packet);
    });
    b.socket.on('message', (packet, from) => {
      b.peer = from;
      this.#bToA.send(packet);
    });
  }

  /** @param seed what chance decides is the same for every run with the same seed and packets */
  static async start(settings: LinkSettings, seed = 1): Promise<LinkEmulator> {
    const ends = await Promise.all([openEnd(), openEnd()]);
    return new LinkEmulator(...ends, settings, seed);
  }

  /** Where the program at the end A sends to. */
  get portA(): number {
    return this.#a.port;
  }

  get portB(): number {
    return this.#b.port;
  }

  /** Whether both programs have been heard of, so that packets pass both ways. */
  get isJoined(): boolean {
    return this.#a.peer !== null && this.#b.peer !== null;
  }

  get counters(): { readonly aToB: LinkCounters; readonly bToA: LinkCounters } {
    return {
      aToB: { ...this.#aToB.counters, unaddressed: this.#b.unaddressed },
      bToA: { ...this.#bToA.counters, unaddressed: this.#a.unaddressed },
    };
  }

  change({ aToB, bToA }: LinkSettings): void {
    this.#aToB.change(aToB);
    this.#bToA.change(bToA);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#aToB.close();
    this.#bToA.close();
    this.#a.socket.close();
    this.#b.socket.close();
  }
}

async function openEnd(): Promise<LinkEnd> {
  const socket = createSocket({
    type: 'udp4',
    recvBufferSize: socketBufferBytes,
    sendBufferSize: socketBufferBytes,
  });
  socket.bind(0, address);
  await once(socket, 'listening');
  // A port nobody listens at any more is told by ICMP; on a link there is no such thing.
  socket.on('error', () => undefined);
  return new LinkEnd(socket);
}
