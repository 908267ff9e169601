import { systemClock, type Clock } from '../supervision/clock.js';

import { noDemand, type VideoDemand } from './broadcast/upstream.js';

/** Kilobits a second. */
export interface RateBounds {
  readonly min: number;
  readonly start: number;
  readonly max: number;
}

const lowerBy = 0.75;
const raiseBy = 1.2;
/** Time a lower rate gets to show its effect before the next step down. */
const lowerIntervalMs = 1500;
/** Steps up are smaller and rarer than steps down, and wait until the last step down has proved right. */
const raiseIntervalMs = 3000;
const proofMs = 6000;

/**
 * Adapts a rendition's bitrate to those who watch it: down while more than half of them suffer, up
 * again while none does. One viewer with a bad network among many gets a smaller rendition; only when
 * most suffer is the shared one the problem.
 */
export class RateController {
  readonly #bounds: RateBounds;
  readonly #onChange: (bitrateKbps: number) => void;
  readonly #clock: Clock;
  #bitrateKbps: number;
  #demand: VideoDemand = noDemand.main;
  #loweredMs = -Infinity;
  #raisedMs = -Infinity;
  #cancelTimer: (() => void) | null = null;

  constructor(
    bounds: RateBounds,
    onChange: (bitrateKbps: number) => void,
    clock: Clock = systemClock,
  ) {
    this.#bounds = bounds;
    this.#bitrateKbps = bounds.start;
    this.#onChange = onChange;
    this.#clock = clock;
  }

  get bitrateKbps(): number {
    return this.#bitrateKbps;
  }

  /** Takes how many watch, and how many of them badly. */
  take(demand: VideoDemand): void {
    this.#demand = demand;
    this.#consider();
  }

  close(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  #consider(): void {
    this.close();
    const { wanting, suffering } = this.#demand;
    const { min, start, max } = this.#bounds;
    if (wanting === 0) {
      if (this.#bitrateKbps !== start) this.#set(start);
    } else if (suffering * 2 > wanting) {
      if (this.#bitrateKbps > min) this.#lower();
    } else if (suffering === 0 && this.#bitrateKbps < max) this.#raise();
  }

  #lower(): void {
    const nowMs = this.#clock.now();
    const dueMs = this.#loweredMs + lowerIntervalMs;
    if (nowMs >= dueMs) {
      this.#loweredMs = nowMs;
      this.#set(Math.max(this.#bounds.min, this.#bitrateKbps * lowerBy));
    }
    this.#considerAfter(this.#loweredMs + lowerIntervalMs - nowMs);
  }

  #raise(): void {
    const nowMs = this.#clock.now();
    const dueMs = Math.max(this.#loweredMs + proofMs, this.#raisedMs + raiseIntervalMs);
    if (nowMs >= dueMs) {
      this.#raisedMs = nowMs;
      this.#set(Math.min(this.#bounds.max, this.#bitrateKbps * raiseBy));
    }
    this.#considerAfter(Math.max(dueMs, this.#raisedMs + raiseIntervalMs) - nowMs);
  }

  #set(bitrateKbps: number): void {
    this.#bitrateKbps = Math.round(bitrateKbps);
    this.#onChange(this.#bitrateKbps);
  }

  #considerAfter(delayMs: number): void {
    this.#cancelTimer = this.#clock.schedule(Math.max(1, delayMs), () => {
      this.#cancelTimer = null;
      this.#consider();
    });
  }
}
