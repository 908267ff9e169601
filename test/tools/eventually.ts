import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 20;
const patienceMs = 15_000;

/**
 * Looks again and again until there is something to see, for what no event announces.
 * @param what completes "there was no ..."
 * @param look gives null, undefined, false or an empty text while there is nothing
 * @throws Error when there was nothing in time; what a look throws comes through at once
 */
export async function eventually<T>(
  what: string,
  look: () => T | Promise<T>,
  timeoutMs = patienceMs,
): Promise<NonNullable<T>> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (performance.now() >= deadlineMs) {
      throw new Error(`there was no ${what} within ${timeoutMs} ms`);
    }
    await delay(pollMs);
  }
}
