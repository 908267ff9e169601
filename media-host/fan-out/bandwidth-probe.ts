import { encodeSideMessage } from '../../signaling/protocol/media-message.js';

/** Sent at once it takes a tenth of a second at 1 Mbit/s: long enough to measure, short enough to do no harm. */
export const probeSizeBytes = 8 * 1024;
const intervalMs = 2000;
const patienceMs = 1500;
/** Of so many small messages the fastest tells what one takes there and back. */
const maxBases = 5;
/** Faster than this cannot be told from the jitter of a page's clock. */
const maxKbps = 50_000;

const small = new Uint8Array(0);
const padding = new Uint8Array(probeSizeBytes);

/**
 * Finds out what a viewer's path could carry while it carries less: a small message, then a burst of
 * padding, each timed until the page says that it came. The difference is the burst's own time.
 */
export class BandwidthProbe {
  readonly #send: (message: Uint8Array) => void;
  readonly #onResult: (kbps: number | null) => void;
  readonly #basesMs: number[] = [];
  #sequence = 0;
  #startedMs = -Infinity;
  #sentMs = -Infinity;
  #isOut: 'small' | 'burst' | null = null;

  /** @param onResult null when the page did not say in time that it came */
  constructor(send: (message: Uint8Array) => void, onResult: (kbps: number | null) => void) {
    this.#send = send;
    this.#onResult = onResult;
  }

  /** To be called now and then while there is something to find out. */
  check(nowMs: number): void {
    if (this.#isOut && nowMs - this.#sentMs > patienceMs) {
      this.#isOut = null;
      this.#onResult(null);
    }
    if (this.#isOut || nowMs - this.#startedMs < intervalMs) return;
    this.#startedMs = nowMs;
    this.#sendOut('small', nowMs);
  }

  /** The page had the message with this sequence number. */
  answer(sequence: number, nowMs: number): void {
    if (sequence !== this.#sequence) return;
    const kind = this.#isOut;
    const takenMs = nowMs - this.#sentMs;
    this.#isOut = null;
    if (kind === 'small') {
      this.#basesMs.push(takenMs);
      if (this.#basesMs.length > maxBases) this.#basesMs.shift();
      this.#sendOut('burst', nowMs);
    } else if (kind === 'burst') {
      const burstMs = Math.max(takenMs - Math.min(...this.#basesMs), 0.1);
      this.#onResult(Math.min(maxKbps, (probeSizeBytes * 8) / burstMs));
    }
  }

  #sendOut(kind: 'small' | 'burst', nowMs: number): void {
    this.#isOut = kind;
    this.#sentMs = nowMs;
    this.#sequence = (this.#sequence + 1) >>> 0;
    const payload = kind === 'small' ? small : padding;
    this.#send(encodeSideMessage('probe', payload, { sequence: this.#sequence }));
  }
}
