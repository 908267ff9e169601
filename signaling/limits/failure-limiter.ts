import { RateLimiterMemory } from 'rate-limiter-flexible';

export interface FailureLimits {
  /** Failures that are let through within the window. */
  readonly failures: number;
  readonly windowSeconds: number;
  /** How long the key then has to wait; doubles each time, up to `maxWaitSeconds`. */
  readonly waitSeconds: number;
  readonly maxWaitSeconds: number;
}

const memoryOfWaitsSeconds = 24 * 3600;

/**
 * Counts failures by key (an address, a room) and makes a key that failed too often wait,
 * longer each time. Successes do not count: many people behind one address may join at once.
 */
export class FailureLimiter {
  readonly #failures: RateLimiterMemory;
  readonly #waits: RateLimiterMemory;

  constructor(private readonly limits: FailureLimits) {
    this.#failures = new RateLimiterMemory({
      points: limits.failures,
      duration: limits.windowSeconds,
    });
    this.#waits = new RateLimiterMemory({ points: 1, duration: memoryOfWaitsSeconds });
  }

  /** Seconds the key still has to wait; 0 when it may try. */
  async waitSecondsOf(key: string): Promise<number> {
    const count = await this.#failures.get(key);
    if (count === null || count.consumedPoints < this.limits.failures) return 0;
    return Math.max(0, Math.ceil(count.msBeforeNext / 1000));
  }

  async addFailure(key: string): Promise<void> {
    const { consumedPoints } = await this.#failures.penalty(key);
    // Exactly once: attempts that were under way when the key was blocked do not lengthen the wait.
    if (consumedPoints !== this.limits.failures) return;
    const waits = (await this.#waits.penalty(key)).consumedPoints;
    const seconds = Math.min(
      this.limits.waitSeconds * 2 ** (waits - 1),
      this.limits.maxWaitSeconds,
    );
    await this.#failures.block(key, seconds);
  }
}
