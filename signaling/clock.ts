/** Time as the service's state machines see it, so that tests can turn it by hand. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  nowMs(): number;
  /** Runs something once, `delayMs` from now. The returned function calls it off; it may be called again. */
  after(delayMs: number, run: () => void): () => void;
}

/** The machine's clock. A pending delay does not keep the process alive. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
