import type { Clock } from '../supervision/clock.js';

/** Requests of many viewers are answered by one key frame, at most one in this time. */
const floorMs = 1000;
/** A browser can drop old pictures from its buffer only up to a key frame. */
const maxGroupMs = 20_000;

/** Decides which picture becomes a key frame. */
export class KeyFrameSchedule {
  readonly #clock: Clock;
  readonly #onDue: () => void;
  #requested = true;
  #granted = false;
  #lastMs = -Infinity;
  #cancelTimer: (() => void) | null = null;

  /** @param onDue called when a requested key frame may be made, though nothing changed on the screen */
  constructor(onDue: () => void, clock: Clock) {
    this.#onDue = onDue;
    this.#clock = clock;
  }

  /** A viewer needs a key frame. */
  request(): void {
    this.#requested = true;
    if (this.#cancelTimer) return;
    const delayMs = Math.max(0, this.#lastMs + floorMs - this.#clock.now());
    this.#cancelTimer = this.#clock.schedule(delayMs, () => {
      this.#cancelTimer = null;
      if (!this.#requested) return;
      // A timer may fire a moment early; on a still screen no later picture would make up for it.
      this.#granted = true;
      this.#onDue();
    });
  }

  /** Whether the picture about to be encoded shall be a key frame. */
  isDue(): boolean {
    const sinceLastMs = this.#clock.now() - this.#lastMs;
    return (
      this.#granted || sinceLastMs >= maxGroupMs || (this.#requested && sinceLastMs >= floorMs)
    );
  }

  /** The stream pauses: whatever comes next starts afresh, at once. */
  reset(): void {
    this.#requested = true;
    this.#lastMs = -Infinity;
  }

  /** A key frame was encoded. */
  made(): void {
    this.#requested = false;
    this.#granted = false;
    this.#lastMs = this.#clock.now();
  }
}
