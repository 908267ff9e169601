/** No test takes longer, whatever it waits for, milliseconds. */
export const timeLimitMs = 5000;

/**
 * Runs a test for a limited time. What it waits for is told by `signal` to end when it has ended.
 * @param otherwise makes the outcome of a test that takes too long, or of what it throws
 */
export async function withinLimit<T>(
  test: (signal: AbortSignal) => Promise<T>,
  otherwise: (error: unknown) => T,
  parent: AbortSignal,
  limitMs = timeLimitMs,
): Promise<T> {
  const own = new AbortController();
  const abort = (): void => own.abort();
  parent.addEventListener('abort', abort, { once: true });
  const timer = setTimeout(abort, limitMs);
  const late = new Promise<T>((resolve) => {
    own.signal.addEventListener('abort', () => resolve(otherwise(null)), { once: true });
  });
  if (parent.aborted) abort();
  try {
    return await Promise.race([test(own.signal), late]);
  } catch (error) {
    return otherwise(error);
  } finally {
    clearTimeout(timer);
    parent.removeEventListener('abort', abort);
    own.abort();
  }
}
