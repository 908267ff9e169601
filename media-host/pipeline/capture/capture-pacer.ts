import { systemClock, type Clock } from '../../supervision/clock.js';

/**
 * Part of a frame interval that a capture may come early, to stay in phase with what draws. Well below
 * a half: at twice the frame rate every second change would sometimes pass for a frame's own.
 */
const earlyShare = 0.3;
/** How long past its slot a change waits for a fresher one; share of a frame interval. */
const lateShare = 0.12;

/**
 * Decides when to look at the screen: at once when it changes, at most `framesPerSecond` times a
 * second on average, and not at all while nothing changes.
 *
 * A fixed tick would show a change half a frame interval late on average. Here each change that
 * comes when a frame is (nearly) due is captured the moment it is drawn, which locks the captures
 * to the rhythm of a program that draws regularly; the average rate is held as the generic cell
 * rate algorithm does (ITU-T I.371): a capture's slot is counted from the slot before, not from
 * the capture itself.
 */
export class CapturePacer {
  readonly #intervalMs: number;
  readonly #capture: () => void;
  readonly #clock: Clock;
  #nextSlotMs = -Infinity;
  #cancelTimer: (() => void) | null = null;
  #running = false;
  #busy = false;
  #changed = false;

  /** @param capture looks at the screen; the pacer waits for {@link captured} before the next */
  constructor(framesPerSecond: number, capture: () => void, clock: Clock = systemClock) {
    this.#intervalMs = 1000 / framesPerSecond;
    this.#capture = capture;
    this.#clock = clock;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#consider();
  }

  stop(): void {
    this.#running = false;
    this.#clearTimer();
  }

  /** The screen changed, or has to be looked at for another reason. */
  change(): void {
    this.#changed = true;
    this.#consider();
  }

  /** The capture asked for is done; another may follow. */
  captured(): void {
    this.#busy = false;
    this.#consider();
  }

  #consider(): void {
    if (!this.#running || this.#busy || !this.#changed) return;
    const nowMs = this.#clock.now();
    if (nowMs >= this.#nextSlotMs - this.#intervalMs * earlyShare) {
      this.#begin(nowMs);
    } else if (!this.#cancelTimer) {
      const delayMs = this.#nextSlotMs + this.#intervalMs * lateShare - nowMs;
      this.#cancelTimer = this.#clock.schedule(delayMs, () => {
        this.#cancelTimer = null;
        this.#consider();
      });
    }
  }

  #begin(nowMs: number): void {
    this.#clearTimer();
    this.#changed = false;
    this.#busy = true;
    // A slot missed by more than an interval is not made up for by a burst.
    this.#nextSlotMs =
      Math.max(this.#nextSlotMs, nowMs - this.#intervalMs * earlyShare) + this.#intervalMs;
    this.#capture();
  }

  #clearTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }
}
