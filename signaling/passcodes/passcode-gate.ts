import { QueueFullError } from '../limits/bounded-queue.js';
import type { BoundedQueue } from '../limits/bounded-queue.js';
import type { FailureLimiter } from '../limits/failure-limiter.js';
import { RateLimitedError } from '../limits/rate-limited-error.js';
import type { PasscodeHash } from '../store/store-files.js';

import { createDecoyHash, matchesPasscode } from './passcode-hash.js';

export interface PasscodeAttempt {
  readonly passcode: string;
  /** What it must match; undefined when there is nothing of that name, which nobody can tell from a mismatch. */
  readonly kept: PasscodeHash | undefined;
  /** Each counts the failure under a key of its own, and each can refuse the attempt. */
  readonly limits: readonly { readonly limiter: FailureLimiter; readonly key: string }[];
}

/** A full queue is worked off within this time. */
const queueFullWaitSeconds = 3;

/** The one place that checks what people type to get in: bounded in work, in memory and in tries. */
export class PasscodeGate {
  readonly #decoy = createDecoyHash();

  /** @param queue shared by every gate of the process: it bounds memory and load of hashing */
  constructor(private readonly queue: BoundedQueue) {}

  /**
   * @returns whether the passcode is right
   * @throws RateLimitedError before any work is done
   */
  async check({ passcode, kept, limits }: PasscodeAttempt): Promise<boolean> {
    await this.#refuseIfLimited(limits);
    try {
      return await this.queue.run(async () => {
        // Attempts that waited together must not all pass on the count of before they waited.
        await this.#refuseIfLimited(limits);
        const matches = await matchesPasscode(passcode, kept ?? this.#decoy);
        if (!matches) await Promise.all(limits.map(({ limiter, key }) => limiter.addFailure(key)));
        return matches && kept !== undefined;
      });
    } catch (error) {
      if (!(error instanceof QueueFullError)) throw error;
      throw new RateLimitedError('Too many people are trying to get in.', queueFullWaitSeconds);
    }
  }

  async #refuseIfLimited(limits: PasscodeAttempt['limits']): Promise<void> {
    const waits = await Promise.all(limits.map(({ limiter, key }) => limiter.waitSecondsOf(key)));
    const seconds = Math.max(0, ...waits);
    if (seconds === 0) return;
    throw new RateLimitedError('Too many wrong attempts.', seconds);
  }
}
