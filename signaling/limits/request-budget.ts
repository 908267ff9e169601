import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

import { RateLimitedError } from './rate-limited-error.js';

/** Bounds what one asker may spend within a window; requests cost points. */
export class RequestBudget {
  readonly #limiter: RateLimiterMemory;

  constructor(points: number, windowSeconds: number) {
    this.#limiter = new RateLimiterMemory({ points, duration: windowSeconds });
  }

  /** @throws RateLimitedError when the asker has spent what the window allows */
  async spend(key: string, points: number): Promise<void> {
    try {
      await this.#limiter.consume(key, points);
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      const waitSeconds = Math.max(1, Math.ceil(error.msBeforeNext / 1000));
      throw new RateLimitedError('Too many requests.', waitSeconds);
    }
  }
}
