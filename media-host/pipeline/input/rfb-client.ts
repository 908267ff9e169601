import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

import {
  clientInit,
  keyEvent,
  pointerEvent,
  protocolVersion,
  securityNone,
  serverMessage,
  setEncodings,
} from './rfb-messages.js';

export interface RfbClientEvents {
  /** The connection is gone, for whatever reason; nothing can be sent any more. */
  closed: [reason: string];
}

const connectionLost = 'the server closed the connection';
const handshakeTimeoutMs = 5000;
/** A server's name or a reason longer than this is not one. */
const longestText = 4096;
/** Pointer moves are dropped while so much waits to be sent: only the newest place matters. */
const congestedBytes = 8 * 1024;
/** A server that lets so much wait takes no input any more. */
const stuckBytes = 128 * 1024;

/**
 * Sends pointer and keys to a desktop over RFB 3.8 (RFC 6143) on a Unix socket, without a
 * picture. Connecting anew is its owner's duty.
 */
export class RfbClient extends EventEmitter<RfbClientEvents> {
  readonly #socket: Socket;
  readonly #closing = new AbortController();
  #buttons = 0;
  #droppedMoves = 0;
  #wakeReader: () => void = () => undefined;

  private constructor(socket: Socket) {
    super();
    this.#socket = socket;
    socket.on('error', (error) => this.#close(error.message));
    socket.on('close', () => this.#close(connectionLost));
    socket.on('readable', () => this.#wakeReader());
  }

  /** @throws Error when nobody listens, or who listens does not speak RFB 3.8 without a password */
  static async connect(socketPath: string): Promise<RfbClient> {
    const socket = connect(socketPath);
    const client = new RfbClient(socket);
    const timeout = setTimeout(
      () => client.#close(`no answer within ${handshakeTimeoutMs / 1000} s`),
      handshakeTimeoutMs,
    );
    try {
      await once(socket, 'connect', { signal: client.#closing.signal });
      await client.#handshake();
    } catch (error) {
      client.close();
      throw error instanceof Error && error.name === 'AbortError' ? error.cause : error;
    } finally {
      clearTimeout(timeout);
    }
    void client.#discardMessages();
    return client;
  }

  /** Pointer moves that were not sent because the server did not keep up. */
  get droppedMoves(): number {
    return this.#droppedMoves;
  }

  /**
   * Moves the pointer and sets which buttons are down.
   * @param x desktop pixels from the left
   * @param y desktop pixels from the top
   * @param buttons bit 0 is button 1 (left), and so on to button 8
   */
  sendPointer(x: number, y: number, buttons: number): void {
    const isMove = buttons === this.#buttons;
    if (isMove && this.#socket.writableLength > congestedBytes) {
      this.#droppedMoves += 1;
      return;
    }
    this.#buttons = buttons;
    this.#send(pointerEvent(x, y, buttons));
  }

  /** @param keysym X11 keysym; Unicode characters lie above 0x01000000 */
  sendKey(keysym: number, down: boolean): void {
    this.#send(keyEvent(keysym, down));
  }

  close(): void {
    this.#close('closed');
  }

  #send(message: Uint8Array): void {
    if (this.#closing.signal.aborted) return;
    if (this.#socket.writableLength > stuckBytes) this.#close('the server takes no input');
    else this.#socket.write(message);
  }

  #close(reason: string): void {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort(new Error(reason));
    this.#socket.destroy();
    this.#wakeReader();
    this.emit('closed', reason);
  }

  /** Sections 7.1 to 7.3. */
  async #handshake(): Promise<void> {
    const version = await this.#readText(protocolVersion.length);
    if (version !== protocolVersion) throw new Error(`not an RFB 3.8 server: ${version.trim()}`);
    this.#socket.write(protocolVersion);

    const typeCount = await this.#readNumber(1);
    if (typeCount === 0) throw new Error(`refused: ${await this.#readLongText()}`);
    const types = await this.#read(typeCount);
    if (!types.includes(securityNone)) throw new Error('the server asks for a password');
    this.#socket.write(Uint8Array.of(securityNone));
    if ((await this.#readNumber(4)) !== 0)
      throw new Error(`refused: ${await this.#readLongText()}`);

    this.#socket.write(clientInit);
    const sizeAndPixelFormat = 20;
    await this.#read(sizeAndPixelFormat);
    await this.#readLongText();
    this.#socket.write(setEncodings);
  }

  /** Takes what the server says unasked, which is nothing an input client needs. */
  async #discardMessages(): Promise<void> {
    try {
      for (;;) await this.#discardMessage();
    } catch (error) {
      this.#close(error instanceof Error ? error.message : String(error));
    }
  }

  async #discardMessage(): Promise<void> {
    const type = await this.#readNumber(1);
    switch (type) {
      case serverMessage.bell:
        return;
      case serverMessage.setColourMapEntries: {
        await this.#skip(3);
        const bytesPerColour = 6;
        await this.#skip((await this.#readNumber(2)) * bytesPerColour);
        return;
      }
      case serverMessage.cutText:
        await this.#skip(3);
        await this.#skip(await this.#readNumber(4));
        return;
      default:
        throw new Error(`the server sent a message of type ${type} that nobody asked for`);
    }
  }

  async #readLongText(): Promise<string> {
    const length = await this.#readNumber(4);
    if (length > longestText) throw new Error(`a text of ${length} bytes is too long`);
    return this.#readText(length);
  }

  async #readText(length: number): Promise<string> {
    return (await this.#read(length)).toString('latin1');
  }

  async #readNumber(sizeBytes: 1 | 2 | 4): Promise<number> {
    return (await this.#read(sizeBytes)).readUIntBE(0, sizeBytes);
  }

  /** Lets bytes pass without holding them. */
  async #skip(sizeBytes: number): Promise<void> {
    for (let left = sizeBytes; left > 0; left -= longestText) {
      await this.#read(Math.min(left, longestText));
    }
  }

  async #read(sizeBytes: number): Promise<Buffer> {
    if (sizeBytes === 0) return Buffer.alloc(0);
    for (;;) {
      this.#closing.signal.throwIfAborted();
      const bytes = this.#socket.read(sizeBytes) as Buffer | null;
      if (bytes?.length === sizeBytes) return bytes;
      // Less than that is all there will ever be.
      if (bytes) throw new Error(connectionLost);
      await new Promise<void>((resolve) => {
        this.#wakeReader = resolve;
      });
    }
  }
}
