import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';

import type { Logger } from 'pino';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';

import type { Clock } from '../clock.js';
import type { Counters } from '../counters.js';
import type { OriginPolicy } from '../http/origin-policy.js';
import { maxMediaMessageSizeBytes } from '../protocol/media-message.js';
import {
  maxMediaTextSizeBytes,
  mediaHelloSchema,
  mediaSocketPath,
} from '../protocol/media-socket.js';
import type { ConnectionCounter } from '../sockets/connection-counter.js';

import type { MediaPairs } from './media-pairs.js';
import type { MediaRelay } from './media-relay.js';

/** A page that says nothing is not waited for any longer. */
const helloTimeoutMs = 5000;
/** Close code (RFC 6455, 7.4.1) for whoever has no token that counts. */
const policyViolation = 1008;
const bearer = /^Bearer ([A-Za-z0-9_-]{8,64})$/;

export interface MediaSocketServerParts {
  readonly httpServer: HttpServer;
  readonly pairs: MediaPairs;
  readonly origins: OriginPolicy;
  /** Open media sockets by address. */
  readonly connections: ConnectionCounter;
  /** The address a request comes from, as limits count it. */
  readonly addressOf: (request: IncomingMessage) => string;
  readonly counters: Counters;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Answers WebSocket upgrades at `/media`, beside Socket.IO's on the same port. A media host has
 * proved its token before it may send anything, so that nobody else can send large frames; a page,
 * whose browser sets no headers, sends it as its first frame.
 */
export class MediaSocketServer {
  readonly #parts: MediaSocketServerParts;
  readonly #pages = webSocketServer(maxMediaTextSizeBytes);
  readonly #hosts = webSocketServer(maxMediaMessageSizeBytes);

  constructor(parts: MediaSocketServerParts) {
    this.#parts = parts;
    parts.httpServer.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
      if (pathOf(request) === mediaSocketPath) this.#upgrade(request, stream, head);
    });
  }

  #upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const { origins, connections, addressOf, pairs } = this.#parts;
    const address = addressOf(request);
    if (!origins.allows(request)) {
      this.#refuse(stream, '403 Forbidden', address);
      return;
    }
    if (connections.isFull(address)) {
      this.#refuse(stream, '429 Too Many Requests', address);
      return;
    }
    const { authorization } = request.headers;
    if (authorization === undefined) {
      this.#pages.handleUpgrade(request, stream, head, (socket) => {
        this.#count(socket, address);
        this.#greet(socket, address);
      });
      return;
    }
    const token = bearer.exec(authorization)?.[1];
    const relay = token === undefined ? null : pairs.claim('host', token);
    if (!relay) {
      this.#refuse(stream, '401 Unauthorized', address);
      return;
    }
    this.#hosts.handleUpgrade(request, stream, head, (socket) => {
      this.#count(socket, address);
      this.#attach('host', socket, relay);
    });
  }

  #greet(socket: WebSocket, address: string): void {
    const giveUp = this.#parts.clock.after(helloTimeoutMs, () => socket.terminate());
    socket.once('close', giveUp);
    socket.once('message', (data: Buffer, isBinary: boolean) => {
      giveUp();
      const token = isBinary ? null : tokenOf(data);
      const relay = token === null ? null : this.#parts.pairs.claim('page', token);
      if (relay) this.#attach('page', socket, relay);
      else {
        this.#noteRefused(address, 'token');
        socket.close(policyViolation, 'no token that counts');
        this.#parts.clock.after(helloTimeoutMs, () => socket.terminate());
      }
    });
  }

  #attach(side: 'page' | 'host', socket: WebSocket, relay: MediaRelay): void {
    if (!relay.attach(side, socket)) socket.close(policyViolation, 'the viewer is over');
  }

  #count(socket: WebSocket, address: string): void {
    const { connections } = this.#parts;
    connections.opened(address);
    socket.once('close', () => connections.closed(address));
    // Frames that break the protocol close the socket; what is left to do is not to crash.
    socket.on('error', () => undefined);
  }

  #refuse(stream: Duplex, status: string, address: string): void {
    this.#noteRefused(address, status);
    stream.on('error', () => undefined);
    stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  }

  #noteRefused(address: string, why: string): void {
    this.#parts.counters.increment('mediaSocketsRefused');
    this.#parts.log.debug({ address, why }, 'media socket refused');
  }
}

function webSocketServer(maxPayload: number): WebSocketServer {
  return new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload,
  });
}

const pathOf = ({ url = '' }: IncomingMessage): string => url.split('?', 1)[0] ?? '';

function tokenOf(data: Buffer): string | null {
  try {
    return mediaHelloSchema.safeParse(JSON.parse(data.toString())).data?.token ?? null;
  } catch {
    return null;
  }
}
