import type { IncomingMessage, Server as HttpServer } from 'node:http';

import type { Logger } from 'pino';
import { Server } from 'socket.io';

import type { Counters } from '../counters.js';
import type { OriginPolicy } from '../http/origin-policy.js';

import type { ConnectionCounter } from './connection-counter.js';

/** Larger than any message of the protocol. */
const maxMessageSizeBytes = 64 * 1024;
/** A connection that joins no namespace is closed after this time. */
const connectTimeoutMs = 10_000;
/** A peer that vanished without closing is missed after interval and timeout. */
const pingIntervalMs = 10_000;
const pingTimeoutMs = 10_000;

export interface SocketServerParts {
  readonly httpServer: HttpServer;
  readonly origins: OriginPolicy;
  /** Open connections by address, without those of media hosts. */
  readonly connections: ConnectionCounter;
  /** Whether a request comes from a media host; pages and desktops may share its address. */
  readonly isHost: (request: IncomingMessage) => boolean;
  /** The address a request comes from, as limits count it. */
  readonly addressOf: (request: IncomingMessage) => string;
  readonly counters: Counters;
  readonly log: Logger;
}

/**
 * Socket.IO on the HTTP server: small messages, no compression (the messages are short, and it
 * costs memory by connection), pages of allowed origins only, a bounded number of connections
 * by address. A connection that stays a guest costs no more than its socket.
 */
export function createSocketServer(parts: SocketServerParts): Server {
  const { httpServer, origins, connections, isHost, addressOf, counters, log } = parts;
  const server = new Server(httpServer, {
    serveClient: false,
    maxHttpBufferSize: maxMessageSizeBytes,
    perMessageDeflate: false,
    httpCompression: false,
    connectTimeout: connectTimeoutMs,
    pingInterval: pingIntervalMs,
    pingTimeout: pingTimeoutMs,
    cors: { origin: [...origins.foreignOrigins] },
    allowRequest: (request, decide) => {
      const address = addressOf(request);
      if (!origins.allows(request)) {
        counters.increment('originsRefused');
        log.debug(
          { address, origin: request.headers.origin },
          'socket of a foreign origin refused',
        );
        decide('Pages of other sites may not use this service.', false);
      } else if (connections.isFull(address) && !isHost(request)) {
        counters.increment('connectionsRefused');
        decide('There are too many connections from this address.', false);
      } else {
        decide(null, true);
      }
    },
  });
  server.engine.on('connection', (connection: EngineConnection) => {
    if (isHost(connection.request)) return;
    const address = addressOf(connection.request);
    connections.opened(address);
    connection.once('close', () => connections.closed(address));
  });
  return server;
}

/** A connection of Engine.IO, whose types Socket.IO does not hand on. */
interface EngineConnection {
  readonly request: IncomingMessage;
  once(event: 'close', listener: () => void): void;
}
