import { encodeSideMessage } from '../../signaling/protocol/media-message.js';

/** Sent at once it takes a tenth of a second at 1 Mbit/s: long enough to measure, short enough to do no harm. */
export const probeSizeBytes = 8 * 1024;
const intervalMs = 2000;
const patienceMs = 1500;
/** Faster than this cannot be told from the jitter of a page's clock. */
const maxKbps = 50_000;

const padding = new Uint8Array(probeSizeBytes);

/**
 * Finds out what a viewer's path could carry while it carries less: a burst of padding, timed until
 * the page says that it came.
 */
export class BandwidthProbe {
  readonly #send: (message: Uint8Array) => void;
  readonly #onResult: (kbps: number | null) => void;
  #sequence = 0;
  #sentMs = -Infinity;
  #isOut = false;

  /** @param onResult null when the page did not say in time that it came */
  constructor(send: (message: Uint8Array) => void, onResult: (kbps: number | null) => void) {
    this.#send = send;
    this.#onResult = onResult;
  }

  /** To be called now and then while there is something to find out. */
  check(nowMs: number): void {
    if (this.#isOut && nowMs - this.#sentMs > patienceMs) {
      this.#isOut = false;
      this.#onResult(null);
    }
    if (this.#isOut || nowMs - this.#sentMs < intervalMs) return;
    this.#isOut = true;
    this.#sentMs = nowMs;
    this.#sequence = (this.#sequence + 1) >>> 0;
    this.#send(encodeSideMessage('probe', padding, { sequence: this.#sequence }));
  }

  /** @param baseDelayMs what a small message takes there and back */
  answer(sequence: number, baseDelayMs: number, nowMs: number): void {
    if (!this.#isOut || sequence !== this.#sequence) return;
    this.#isOut = false;
    const takenMs = Math.max(nowMs - this.#sentMs - baseDelayMs, 0.1);
    this.#onResult(Math.min(maxKbps, (probeSizeBytes * 8) / takenMs));
  }
}
