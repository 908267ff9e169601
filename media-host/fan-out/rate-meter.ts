const windowMs = 1000;

/** Measures a stream's rate; what was last measured stays when the stream pauses. */
export class RateMeter {
  #sinceMs = -Infinity;
  #sizeBytes = 0;
  #kbps = 0;

  add(sizeBytes: number, nowMs: number): void {
    const elapsedMs = nowMs - this.#sinceMs;
    if (elapsedMs >= windowMs) {
      // After a pause there is nothing to divide by but the time before it.
      if (elapsedMs < 2 * windowMs) this.#kbps = (this.#sizeBytes * 8) / elapsedMs;
      this.#sinceMs = nowMs;
      this.#sizeBytes = 0;
    }
    this.#sizeBytes += sizeBytes;
  }

  /** Kilobits a second. */
  get kbps(): number {
    return this.#kbps;
  }
}
