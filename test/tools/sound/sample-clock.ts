/** How far back arrivals count, ms: long enough to see through jitter, short enough to follow gaps. */
const windowMs = 2000;

/**
 * When each sample of a live recording was played. Pieces arrive late by however busy the machine
 * is, never early by more than the sound server's block, so the earliest arrival of the last two
 * seconds tells the time of all of them.
 */
export class SampleClock {
  readonly #sampleRateHz: number;
  readonly #arrivals: { readonly atMs: number; readonly originMs: number }[] = [];
  #samples = 0;

  constructor(sampleRateHz: number) {
    this.#sampleRateHz = sampleRateHz;
  }

  /** Says that the next `count` samples arrived at a wall-clock time in ms. */
  arrived(count: number, atMs: number): void {
    this.#samples += count;
    this.#arrivals.push({ atMs, originMs: atMs - this.#durationMs(this.#samples) });
    while ((this.#arrivals[0]?.atMs ?? Infinity) < atMs - windowMs) this.#arrivals.shift();
  }

  /**
   * Wall-clock time in ms at which a sample, counted from the first that arrived, was played.
   * @returns NaN before the first arrival
   */
  timeOf(sample: number): number {
    if (this.#arrivals.length === 0) return NaN;
    const originMs = Math.min(...this.#arrivals.map((arrival) => arrival.originMs));
    return originMs + this.#durationMs(sample);
  }

  #durationMs(samples: number): number {
    return (samples / this.#sampleRateHz) * 1000;
  }
}
