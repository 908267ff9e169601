import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { Socket } from 'node:net';

import { listen } from './listen.js';

/** A slow sender of a request's head, and of its body, is cut off after these times. */
const headersTimeoutMs = 10_000;
const requestTimeoutMs = 30_000;
/** Peers have so long to take their goodbye; then they are cut off. */
const goodbyeTimeoutMs = 1000;

/** Answers while the service that listens already is being put together, for some tenths of a second. */
const startingUp: RequestListener = (_request, response) => {
  response.writeHead(503, { 'Retry-After': '1', 'Cache-Control': 'no-store' }).end();
};

/** The HTTP server of the service: it has its port before anything behind it is made. */
export class WebServer {
  readonly #connections = new Set<Socket>();

  private constructor(
    readonly http: Server,
    readonly port: number,
  ) {
    http.on('connection', (socket) => {
      this.#connections.add(socket);
      socket.once('close', () => this.#connections.delete(socket));
    });
  }

  /** Listens, and answers 503 until `serve` is called. @throws ServiceError when the port cannot be had */
  static async open(host: string, port: number): Promise<WebServer> {
    const http = createServer(
      {
        headersTimeout: headersTimeoutMs,
        requestTimeout: requestTimeoutMs,
        connectionsCheckingInterval: headersTimeoutMs / 2,
      },
      startingUp,
    );
    return new WebServer(http, await listen(http, host, port));
  }

  /** Sets what answers requests from now on. */
  serve(listener: RequestListener): void {
    this.http.off('request', startingUp).on('request', listener);
  }

  /**
   * Frees the port; resolves when every connection is gone. Requests under way are cut off, upgraded
   * connections when they take long to end.
   * @param sayGoodbye ends what upgraded connections belong to
   */
  async close(sayGoodbye: () => Promise<void>): Promise<void> {
    const closed = new Promise<void>((resolve) => this.http.close(() => resolve()));
    const goodbyes = sayGoodbye();
    this.http.closeAllConnections();
    const cut = setTimeout(() => {
      for (const socket of this.#connections) socket.destroy();
    }, goodbyeTimeoutMs);
    await Promise.all([closed, goodbyes]);
    clearTimeout(cut);
  }
}
