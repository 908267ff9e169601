interface SentPicture {
  readonly sequence: number;
  readonly sizeBytes: number;
  readonly sentMs: number;
}

/** What may be on the way: a quarter of a second at 6 Mbit/s, more on a longer path. */
const maxSizeBytes = 192 * 1024;
const sizeBytesPerMs = 750;
/** How much longer than on an empty path the oldest may take. */
const maxExcessMs = 700;
/** Once only this share of what may be on the way is, all that was too much is gone. */
const drainedShare = 0.25;
/** More pictures than this are not told apart any more; a viewer is over budget long before. */
const maxPictures = 512;
/** The shortest delay of this long ago, at least, is taken for that of an empty path: a queue may stand for long. */
const baseWindowMs = 20_000;

/**
 * The pictures sent to a viewer and not yet appended by its page: the true backlog, which neither
 * the data channel nor SCTP tells (both see only what left this machine, or what did not yet).
 */
export class InFlight {
  readonly #pictures: SentPicture[] = [];
  #sizeBytes = 0;
  #acknowledges = false;
  #base = { sinceMs: -Infinity, delayMs: Infinity, earlierMs: Infinity };

  /** Whether the page ever acknowledged anything. */
  get isAcknowledged(): boolean {
    return this.#acknowledges;
  }

  /** Bytes on the way. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** What an acknowledgement takes on an empty path, ms: the round trip and the page's own time. */
  get baseDelayMs(): number {
    const shortest = Math.min(this.#base.delayMs, this.#base.earlierMs);
    return Number.isFinite(shortest) ? shortest : 0;
  }

  /**
   * How long the oldest has been on the way, ms; 0 while the page has not acknowledged anything, for
   * which it needs a channel of its own first.
   */
  ageMs(nowMs: number): number {
    const [oldest] = this.#pictures;
    return oldest && this.#acknowledges ? nowMs - oldest.sentMs : 0;
  }

  /** Whether more would only lengthen a queue somewhere. */
  isOverBudget(nowMs: number): boolean {
    const isLate = this.ageMs(nowMs) > maxExcessMs + this.baseDelayMs;
    return isLate || this.#sizeBytes > this.#budgetBytes;
  }

  /** Whether the path is free for a fresh start. */
  isDrained(nowMs: number): boolean {
    const isLate = this.ageMs(nowMs) > maxExcessMs * drainedShare + this.baseDelayMs;
    return !isLate && this.#sizeBytes <= this.#budgetBytes * drainedShare;
  }

  add(sequence: number, sizeBytes: number, nowMs: number): void {
    this.#pictures.push({ sequence, sizeBytes, sentMs: nowMs });
    this.#sizeBytes += sizeBytes;
    if (this.#pictures.length > maxPictures) this.#remove(1);
  }

  /**
   * The page appended everything up to this picture.
   * @returns how long that took, ms; null for a picture not on the way, as of a late acknowledgement
   */
  acknowledge(sequence: number, nowMs: number): number | null {
    const index = this.#pictures.findIndex((picture) => picture.sequence === sequence);
    const picture = this.#pictures[index];
    if (!picture) return null;
    this.#acknowledges = true;
    this.#remove(index + 1);
    const delayMs = nowMs - picture.sentMs;
    this.#observe(delayMs, nowMs);
    return delayMs;
  }

  /** Nothing more is heard of what is on the way. */
  clear(): void {
    this.#remove(this.#pictures.length);
  }

  get #budgetBytes(): number {
    return maxSizeBytes + this.baseDelayMs * sizeBytesPerMs;
  }

  #remove(count: number): void {
    for (const { sizeBytes } of this.#pictures.splice(0, count)) this.#sizeBytes -= sizeBytes;
  }

  #observe(delayMs: number, nowMs: number): void {
    const { sinceMs, delayMs: shortestMs } = this.#base;
    this.#base =
      nowMs - sinceMs > baseWindowMs
        ? { sinceMs: nowMs, delayMs, earlierMs: shortestMs }
        : { ...this.#base, delayMs: Math.min(shortestMs, delayMs) };
  }
}
