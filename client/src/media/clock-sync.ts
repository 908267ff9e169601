const maxSamples = 24;

interface Sample {
  readonly roundTripMs: number;
  readonly offsetMs: number;
}

/**
 * Estimates the media host's clock from pings, as NTP does (RFC 5905, section 8): the sample with the
 * shortest round trip of the last two dozen is the one least disturbed by queues.
 */
export class ClockSync {
  readonly #samples: Sample[] = [];

  /** This page's clock, ms since the Unix epoch. */
  static pageTimeMs(): number {
    return performance.timeOrigin + performance.now();
  }

  /** Takes the answer to a ping, at the moment it arrives. */
  take(sentPageTimeMs: number, hostTimeMs: number, nowPageTimeMs = ClockSync.pageTimeMs()): void {
    const roundTripMs = nowPageTimeMs - sentPageTimeMs;
    if (roundTripMs < 0) return;
    this.#samples.push({
      roundTripMs,
      offsetMs: hostTimeMs - (sentPageTimeMs + roundTripMs / 2),
    });
    if (this.#samples.length > maxSamples) this.#samples.shift();
  }

  /** The media host's time now, ms since the Unix epoch; the page's own before the first answer. */
  hostTimeMs(nowPageTimeMs = ClockSync.pageTimeMs()): number {
    return nowPageTimeMs + (this.#best()?.offsetMs ?? 0);
  }

  /** The shortest recent round trip to the media host, ms, or null before the first answer. */
  get roundTripMs(): number | null {
    return this.#best()?.roundTripMs ?? null;
  }

  #best(): Sample | undefined {
    return this.#samples.reduce<Sample | undefined>(
      (best, sample) => (best && best.roundTripMs <= sample.roundTripMs ? best : sample),
      undefined,
    );
  }
}
