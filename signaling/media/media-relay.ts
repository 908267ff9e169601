import type { Clock } from '../clock.js';

/** The little of a `ws` WebSocket that a relay needs. */
export interface RelaySocket {
  /** Bytes taken and not sent yet. */
  readonly bufferedAmount: number;
  /** @param sent called when the data has left, or cannot any more */
  send(data: Buffer, options: { readonly binary: boolean }, sent: () => void): void;
  pause(): void;
  resume(): void;
  close(code: number, reason: string): void;
  terminate(): void;
  on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): unknown;
  on(event: 'close' | 'error', listener: () => void): unknown;
}

/** The two ends of a relay: text comes from the page, media (binary frames) from the host. */
export type RelaySide = 'page' | 'host';

/** Past this much unsent towards one side, nothing more is read from the other. */
const highWaterBytes = 256 * 1024;
const lowWaterBytes = 128 * 1024;
/** A side that does not answer the closing handshake is cut off after this time. */
const closeTimeoutMs = 1000;

/** Close codes (RFC 6455, 7.4.1): normal, and a frame of a kind that side does not send. */
const normalClosure = 1000;
const unsupportedData = 1003;

export interface RelayTraffic {
  /** Bytes of frames passed on, by the side they came from. */
  readonly page: number;
  readonly host: number;
  /** How often one side was not read from because the other did not keep up. */
  readonly pauses: number;
}

/**
 * Joins a page's media socket and the media host's. Whoever comes first is not read from until the
 * other is there; who reads slowly holds the other up, so that little is buffered here and the
 * media host sees the backlog and drops pictures. Either side's end ends both.
 */
export class MediaRelay {
  readonly #sockets = new Map<RelaySide, RelaySocket>();
  readonly #traffic = { page: 0, host: 0, pauses: 0 };
  #closed = false;

  /** @param onClosed called once, when either side is gone or {@link close} was called */
  constructor(
    private readonly clock: Clock,
    private readonly onClosed: (traffic: RelayTraffic) => void,
  ) {}

  /** Takes in one side. @returns false when that side is taken already, or the relay is over */
  attach(side: RelaySide, socket: RelaySocket): boolean {
    if (this.#closed || this.#sockets.has(side)) return false;
    this.#sockets.set(side, socket);
    socket.pause();
    socket.on('message', (data, isBinary) => this.#pass(side, data, isBinary));
    socket.on('close', () => this.close());
    socket.on('error', () => this.close());
    if (this.#sockets.size === 2) for (const one of this.#sockets.values()) one.resume();
    return true;
  }

  /** Ends both sides; idempotent. */
  close(code = normalClosure, reason = 'the viewer is over'): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const socket of this.#sockets.values()) {
      // One that is paused would not read the other's answer.
      socket.resume();
      socket.close(code, reason);
      this.clock.after(closeTimeoutMs, () => socket.terminate());
    }
    this.onClosed({ ...this.#traffic });
  }

  #pass(from: RelaySide, data: Buffer, isBinary: boolean): void {
    const source = this.#sockets.get(from);
    const target = this.#sockets.get(from === 'page' ? 'host' : 'page');
    if (this.#closed || !source || !target) return;
    if (isBinary !== (from === 'host')) {
      this.close(unsupportedData, 'not a frame of this side');
      return;
    }
    this.#traffic[from] += data.byteLength;
    target.send(data, { binary: isBinary }, () => {
      if (!this.#closed && target.bufferedAmount <= lowWaterBytes) source.resume();
    });
    if (target.bufferedAmount > highWaterBytes) {
      this.#traffic.pauses += 1;
      source.pause();
    }
  }
}
