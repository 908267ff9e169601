import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 20;

/**
 * Looks again and again until there is something to see, for what nobody can tell of by an event.
 * @param what completes "there was no ..."
 * @returns the first value that is neither null, undefined nor false
 * @throws Error when there was none in time; what a look throws comes through at once
 */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  timeoutMs = 10_000,
): Promise<T> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen !== null && seen !== undefined && seen !== false) return seen;
    if (performance.now() >= deadlineMs) {
      throw new Error(`there was no ${what} within ${timeoutMs} ms`);
    }
    await delay(pollMs);
  }
}
