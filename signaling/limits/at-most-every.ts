import type { Clock } from '../clock.js';

/** A gate that opens at most once in a time: for logs that a peer could flood. */
export function atMostEvery(intervalMs: number, clock: Clock): () => boolean {
  let nextMs = 0;
  return () => {
    const nowMs = clock.nowMs();
    if (nowMs < nextMs) return false;
    nextMs = nowMs + intervalMs;
    return true;
  };
}
