/** Sound is scheduled at least this long before it plays, seconds. */
const minLeadSeconds = 0.005;
/** After a packet came too late the next ones get this much more time, seconds. */
const extraLeadSeconds = 0.02;
/** Spare time beyond this, held over a whole window, is delay for nothing: it is taken back. */
const maxSpareSeconds = 0.012;
const windowPackets = 150;
/** Lead and lag are of another stream or clock when they are off by more than this, seconds. */
const maxLeadSeconds = 0.5;
/** Packets may lie over each other by rounding, not by more, seconds. */
const overlapSeconds = 0.002;

/**
 * Decides when each packet of sound plays: as soon as it may without later ones coming too late.
 *
 * Packets keep the distances they had on the desktop. The delay between the two clocks grows when
 * a packet is late, which leaves a pause, and shrinks when for a while every packet came with time to
 * spare, for which the sound that would lie over what is still playing is left out.
 */
export class PlayoutSchedule {
  /** Added to the host's clock to get the audio clock; null before the first packet. */
  #delaySeconds: number | null = null;
  #leastSpareSeconds = Infinity;
  #packets = 0;
  #endSeconds = -Infinity;

  /**
   * @param captureSeconds when the packet was heard on the desktop, on the host's clock
   * @param durationSeconds how long it plays
   * @param nowSeconds the audio clock now
   * @returns when to play it on the audio clock, or null when it is to be left out
   */
  timeFor(captureSeconds: number, durationSeconds: number, nowSeconds: number): number | null {
    const at = this.#place(captureSeconds, nowSeconds);
    if (at < this.#endSeconds - overlapSeconds) return null;
    this.#endSeconds = at + durationSeconds;
    return at;
  }

  #place(captureSeconds: number, nowSeconds: number): number {
    const earliest = nowSeconds + minLeadSeconds;
    let at = this.#delaySeconds === null ? earliest : captureSeconds + this.#delaySeconds;
    const spare = at - earliest;
    if (this.#delaySeconds === null || spare < 0 || spare > maxLeadSeconds) {
      at = earliest + extraLeadSeconds;
      this.#delaySeconds = at - captureSeconds;
      this.#startWindow();
      return at;
    }
    this.#leastSpareSeconds = Math.min(this.#leastSpareSeconds, spare);
    this.#packets += 1;
    if (this.#packets >= windowPackets) {
      const excess = this.#leastSpareSeconds - maxSpareSeconds;
      if (excess > 0) this.#delaySeconds -= excess;
      this.#startWindow();
    }
    return at;
  }

  #startWindow(): void {
    this.#leastSpareSeconds = Infinity;
    this.#packets = 0;
  }
}
