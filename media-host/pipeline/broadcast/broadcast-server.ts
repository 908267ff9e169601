import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';

import {
  decodeMediaMessage,
  type VideoRendition,
} from '../../../signaling/protocol/media-message.js';
import type { Input } from '../../../signaling/protocol/viewer-messages.js';

import { FrameReader, frameOf } from './framing.js';
import { GroupCache } from './group-cache.js';
import { addDemands, noDemand, upstreamSchema, type Demand } from './upstream.js';

/** A local subscriber this far behind has hung: it is cut off, and its supervisor restarts it. */
const maxBacklogBytes = 16 * 1024 * 1024;
const maxUpstreamSizeBytes = 8 * 1024;
const cacheLimits = { messages: 60, sizeBytes: 1024 * 1024 };

export interface BroadcastEvents {
  /** What all subscribers need together changed. */
  readonly onDemand: (demand: Demand) => void;
  readonly onKeyFrameRequest: (rendition: VideoRendition) => void;
  /** @param subscriber tells one from the other while they last; never used again */
  readonly onInput: (subscriber: number, input: Input) => void;
  readonly onSubscriberLost: (subscriber: number, reason: string) => void;
}

interface LocalSubscriber {
  readonly id: number;
  demand: Demand;
}

/**
 * Publishes one stream of media messages to the subscribers on a Unix socket. A newcomer first gets
 * what {@link GroupCache} keeps, so that it can serve viewers without waiting for a key frame.
 */
export class BroadcastServer {
  readonly #server: Server;
  readonly #events: BroadcastEvents;
  readonly #cache = new GroupCache(cacheLimits);
  readonly #subscribers = new Map<Socket, LocalSubscriber>();
  #nextId = 1;

  private constructor(server: Server, events: BroadcastEvents) {
    this.#server = server;
    this.#events = events;
    server.on('connection', (socket) => this.#serve(socket));
  }

  /** @throws Error when the socket cannot be made */
  static async listen(socketPath: string, events: BroadcastEvents): Promise<BroadcastServer> {
    // A pipeline that was killed leaves its socket behind; the path is this pipeline's alone.
    rmSync(socketPath, { force: true });
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(socketPath, resolve);
    });
    chmodSync(socketPath, 0o600);
    return new BroadcastServer(server, events);
  }

  publish(encoded: Uint8Array<ArrayBuffer>): void {
    this.#cache.push(encoded, decodeMediaMessage(encoded));
    const frame = frameOf(encoded);
    for (const socket of this.#subscribers.keys()) {
      socket.write(frame);
      if (socket.writableLength > maxBacklogBytes) socket.destroy(new Error('subscriber hangs'));
    }
  }

  /** To be called when a rendition pauses: its cached pictures grow stale. */
  forgetPictures(rendition: VideoRendition): void {
    this.#cache.clearGroup(rendition);
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#subscribers.keys()) socket.destroy();
  }

  #serve(socket: Socket): void {
    const reader = new FrameReader(maxUpstreamSizeBytes);
    const subscriber: LocalSubscriber = { id: this.#nextId, demand: noDemand };
    this.#nextId += 1;
    this.#subscribers.set(socket, subscriber);
    for (const message of [...this.#cache.preamble(), ...this.#cache.groups()]) {
      socket.write(frameOf(message));
    }
    socket.on('data', (chunk) => {
      try {
        for (const payload of reader.push(chunk)) this.#take(subscriber, payload);
      } catch (error) {
        socket.destroy(error instanceof Error ? error : new Error('malformed upstream'));
      }
    });
    let reason = 'closed';
    socket.on('error', (error) => (reason = error.message));
    socket.on('close', () => {
      this.#subscribers.delete(socket);
      this.#sumDemands();
      this.#events.onSubscriberLost(subscriber.id, reason);
    });
  }

  #take(subscriber: LocalSubscriber, payload: Uint8Array): void {
    const message = upstreamSchema.parse(JSON.parse(Buffer.from(payload).toString('utf8')));
    if (message.type === 'demand') {
      subscriber.demand = message.demand;
      this.#sumDemands();
    } else if (message.type === 'key-frame') {
      this.#events.onKeyFrameRequest(message.rendition);
    } else {
      this.#events.onInput(subscriber.id, message.input);
    }
  }

  #sumDemands(): void {
    const demands = [...this.#subscribers.values()].map(({ demand }) => demand);
    this.#events.onDemand(addDemands(demands));
  }
}
