import type { Clock } from '../../../signaling/clock.js';

interface Delay {
  readonly dueMs: number;
  readonly run: () => void;
}

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  #nowMs = Date.UTC(2026, 0, 1);
  #delays = new Set<Delay>();

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void): () => void {
    const delay = { dueMs: this.#nowMs + delayMs, run };
    this.#delays.add(delay);
    return () => this.#delays.delete(delay);
  }

  /** Delays that have neither run nor been called off. */
  get pending(): number {
    return this.#delays.size;
  }

  /** Moves time on, and runs what falls due on the way, in order. */
  advance(byMs: number): void {
    const untilMs = this.#nowMs + byMs;
    for (let next = this.#nextDue(untilMs); next; next = this.#nextDue(untilMs)) {
      this.#delays.delete(next);
      this.#nowMs = next.dueMs;
      next.run();
    }
    this.#nowMs = untilMs;
  }

  #nextDue(untilMs: number): Delay | undefined {
    return [...this.#delays]
      .filter(({ dueMs }) => dueMs <= untilMs)
      .sort((a, b) => a.dueMs - b.dueMs)[0];
  }
}
