const firstDelayMs = 250;
const longestDelayMs = 10_000;
/** A child that lived this long is taken for healthy: its next failure is a new story. */
const healthyAfterMs = 10_000;

/** How long to wait before each restart: 250 ms, doubled at every failure in a row, 10 s at most. */
export class BackOff {
  #delayMs = firstDelayMs;

  /**
   * The wait before the next attempt.
   * @param healthyForMs how long the last attempt worked; 0 when it never did
   */
  next(healthyForMs: number): number {
    if (healthyForMs >= healthyAfterMs) this.reset();
    const delayMs = this.#delayMs;
    this.#delayMs = Math.min(delayMs * 2, longestDelayMs);
    return delayMs;
  }

  reset(): void {
    this.#delayMs = firstDelayMs;
  }
}
