import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An RFB server that says what a test tells it, whatever the client says. */
export class FakeRfbServer {
  readonly socketPath: string;
  readonly #folder: string;
  readonly #server: Server;
  readonly #connected: Promise<Socket>;
  received = Buffer.alloc(0);

  private constructor(folder: string) {
    this.#folder = folder;
    this.socketPath = join(folder, 'rfb');
    this.#server = createServer();
    this.#connected = once(this.#server, 'connection').then(([connection]) => {
      const socket = connection as Socket;
      socket.on('error', () => undefined);
      socket.on('data', (data: Buffer) => {
        this.received = Buffer.concat([this.received, data]);
      });
      return socket;
    });
  }

  static async listen(): Promise<FakeRfbServer> {
    const server = new FakeRfbServer(await mkdtemp(join(tmpdir(), 'share-space-rfb-')));
    server.#server.listen(server.socketPath);
    await once(server.#server, 'listening');
    return server;
  }

  /** The client's connection, once there is one. */
  get connection(): Promise<Socket> {
    return this.#connected;
  }

  async send(...parts: readonly (string | readonly number[])[]): Promise<void> {
    const socket = await this.#connected;
    for (const part of parts) {
      socket.write(typeof part === 'string' ? Buffer.from(part, 'latin1') : Uint8Array.from(part));
    }
  }

  /** Version 3.8, security None, a desktop of 1280x720 named "d". */
  async greet(): Promise<void> {
    const size = [0x05, 0x00, 0x02, 0xd0];
    const pixelFormat = Array.from({ length: 16 }, () => 0);
    await this.send('RFB 003.008\n', [1, 1], [0, 0, 0, 0], size, pixelFormat, [0, 0, 0, 1], 'd');
  }

  /** Resolves when so many bytes came from the client. */
  async receive(sizeBytes: number): Promise<Buffer> {
    const socket = await this.#connected;
    while (this.received.length < sizeBytes) await once(socket, 'data');
    return this.received;
  }

  async close(): Promise<void> {
    if (this.#server.listening) this.#server.close();
    if (await Promise.race([this.#connected.then(() => true), Promise.resolve(false)])) {
      (await this.#connected).destroy();
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}
