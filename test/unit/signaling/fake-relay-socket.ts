import { EventEmitter } from 'node:events';

import type { RelaySocket } from '../../../signaling/media/media-relay.js';

/** A WebSocket whose other end reads when a test says so. */
export class FakeRelaySocket extends EventEmitter implements RelaySocket {
  readonly sent: string[] = [];
  readonly #unsent: { readonly size: number; readonly sent: () => void }[] = [];
  isPaused = false;
  closedWith: number | null = null;
  isTerminated = false;

  get bufferedAmount(): number {
    return this.#unsent.reduce((sum, { size }) => sum + size, 0);
  }

  send(data: Buffer, { binary }: { readonly binary: boolean }, sent: () => void): void {
    this.sent.push(binary ? `${data.byteLength} bytes` : data.toString());
    this.#unsent.push({ size: data.byteLength, sent });
  }

  /** The other end reads everything there is. */
  drain(): void {
    for (let next = this.#unsent.shift(); next; next = this.#unsent.shift()) next.sent();
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  close(code: number): void {
    this.closedWith ??= code;
  }

  terminate(): void {
    this.isTerminated = true;
  }

  receiveText(text: string): void {
    this.emit('message', Buffer.from(text), false);
  }

  receiveMedia(sizeBytes: number): void {
    this.emit('message', Buffer.alloc(sizeBytes), true);
  }
}
