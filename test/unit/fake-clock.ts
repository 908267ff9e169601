import type { Clock as SupervisionClock } from '../../media-host/supervision/clock.js';
import type { Clock as SignalingClock } from '../../signaling/clock.js';

interface Task {
  readonly dueMs: number;
  readonly run: () => void;
}

/** Time that passes only when a test says so, for all who ask for it in whichever way. */
export class FakeClock implements SignalingClock, SupervisionClock {
  readonly #startMs = Date.UTC(2026, 0, 1);
  #elapsedMs = 0;
  readonly #tasks = new Set<Task>();

  nowMs(): number {
    return this.#startMs + this.#elapsedMs;
  }

  now(): number {
    return this.#elapsedMs;
  }

  after(delayMs: number, run: () => void): () => void {
    const task = { dueMs: this.#elapsedMs + delayMs, run };
    this.#tasks.add(task);
    return () => this.#tasks.delete(task);
  }

  schedule(delayMs: number, run: () => void): () => void {
    return this.after(delayMs, run);
  }

  /** How long until each task that has neither run nor been called off, soonest first, ms. */
  get delaysMs(): number[] {
    return [...this.#tasks].map(({ dueMs }) => dueMs - this.#elapsedMs).sort((a, b) => a - b);
  }

  /** How many tasks have neither run nor been called off. */
  get pending(): number {
    return this.#tasks.size;
  }

  /** Moves time on, and runs what falls due on the way, in order. */
  advance(byMs: number): void {
    const untilMs = this.#elapsedMs + byMs;
    for (let next = this.#nextDue(untilMs); next; next = this.#nextDue(untilMs)) {
      this.#tasks.delete(next);
      this.#elapsedMs = next.dueMs;
      next.run();
    }
    this.#elapsedMs = untilMs;
  }

  #nextDue(untilMs: number): Task | undefined {
    return [...this.#tasks]
      .filter(({ dueMs }) => dueMs <= untilMs)
      .sort((a, b) => a.dueMs - b.dueMs)[0];
  }
}
