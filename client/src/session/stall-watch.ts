export interface StallWatchEvents {
  /** Asks the other side for a sign of life. */
  readonly ping: () => void;
  /** Nothing came for a moment, though it was asked for: time to see whether anything else comes through. */
  readonly onDoubt: () => void;
  /** Nothing came in time, though it was asked for. */
  readonly onStall: () => void;
}

const pingIntervalMs = 500;
/** How long nothing may come after a ping before there is a doubt, and before it is a stall. */
const doubtLimitMs = 700;
const silenceLimitMs = 2200;
/** The same when there is reason to doubt, as after a sleep. */
const checkLimitMs = 1500;
/** A timer that runs this much late ran in a page that slept: what came meanwhile is not read yet. */
const sleptMs = 1500;

/**
 * Notices that a connection has gone silent. A still screen sends nothing, so silence counts only
 * from a ping on. Timers of a hidden page run late, and so do the pings with them; neither is a stall.
 */
export class StallWatch {
  readonly #events: StallWatchEvents;
  readonly #nowMs: () => number;
  #pingTimer: number | undefined;
  #limitTimer: number | undefined;
  #doubtTimer: number | undefined;
  #running = false;

  constructor(events: StallWatchEvents, nowMs: () => number = () => performance.now()) {
    this.#events = events;
    this.#nowMs = nowMs;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#ask();
  }

  /** Something came. */
  heard(): void {
    if (this.#limitTimer === undefined) return;
    window.clearTimeout(this.#limitTimer);
    window.clearTimeout(this.#doubtTimer);
    this.#limitTimer = undefined;
  }

  /** Asks at once, and waits for less long than usual. */
  check(): void {
    if (!this.#running) return;
    this.heard();
    this.#expect(checkLimitMs);
    this.#events.ping();
  }

  close(): void {
    this.#running = false;
    window.clearTimeout(this.#pingTimer);
    this.heard();
  }

  #ask(): void {
    if (this.#limitTimer === undefined) this.#expect(silenceLimitMs);
    this.#pingTimer = window.setTimeout(() => this.#ask(), pingIntervalMs);
    this.#events.ping();
  }

  #expect(limitMs: number): void {
    const dueMs = this.#nowMs() + limitMs;
    this.#doubtTimer = window.setTimeout(() => this.#events.onDoubt(), doubtLimitMs);
    this.#limitTimer = window.setTimeout(() => {
      this.#limitTimer = undefined;
      if (this.#nowMs() - dueMs > sleptMs) this.check();
      else this.#events.onStall();
    }, limitMs);
  }
}
