import type { Clock } from '../../../media-host/supervision/clock.js';

interface Task {
  readonly dueMs: number;
  readonly run: () => void;
}

/** Time that passes only when a test says so. */
export class FakeClock implements Clock {
  #nowMs = 0;
  #tasks: Task[] = [];

  now(): number {
    return this.#nowMs;
  }

  schedule(delayMs: number, run: () => void): () => void {
    const task = { dueMs: this.#nowMs + delayMs, run };
    this.#tasks.push(task);
    return () => {
      this.#tasks = this.#tasks.filter((other) => other !== task);
    };
  }

  /** How long until each scheduled task, soonest first, ms. */
  get delaysMs(): number[] {
    return this.#tasks.map(({ dueMs }) => dueMs - this.#nowMs).sort((a, b) => a - b);
  }

  /** Lets time pass and runs what falls due, in order. */
  advance(byMs: number): void {
    const untilMs = this.#nowMs + byMs;
    for (;;) {
      const next = this.#tasks
        .filter(({ dueMs }) => dueMs <= untilMs)
        .reduce<Task | null>((a, b) => (a && a.dueMs <= b.dueMs ? a : b), null);
      if (!next) break;
      this.#tasks = this.#tasks.filter((task) => task !== next);
      this.#nowMs = next.dueMs;
      next.run();
    }
    this.#nowMs = untilMs;
  }
}
