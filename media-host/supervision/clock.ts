/** Time as supervision sees it, so that tests can hold it. */
export interface Clock {
  /** Milliseconds from an arbitrary start; never steps back. */
  now(): number;
  /** Runs `task` once after `delayMs`; the result cancels it. */
  schedule(delayMs: number, task: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  schedule: (delayMs, task) => {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};
