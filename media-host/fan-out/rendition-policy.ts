import type { VideoRendition } from '../../signaling/protocol/media-message.js';
import type { RenditionChoice } from '../../signaling/protocol/viewer-messages.js';

/** An acknowledgement this much later than on an empty path, for this long, is a path that is too slow. */
const slowDelayMs = 300;
const slowForMs = 1000;
/** A second lag within this time of the first, or of a change to the main rendition, is no accident. */
const trialMs = 10_000;
/** Just after a change to the main rendition one such acknowledgement is enough to take it back. */
const firstMs = 3000;
/** Later than this it was sent again on the way; so often in this time, the path is one that loses packets. */
const unsteadyDelayMs = 60;
const unsteadyCount = 3;
const unsteadyWindowMs = 10_000;
/** How long a lag or a slow acknowledgement counts. */
const sufferingMs = 3000;
/** The path must carry this much more than the main rendition takes. */
const headroom = 1.3;
const minNeededKbps = 1500;
const maxNeededKbps = 8000;
/** Probes in a row that must be good before the main rendition is tried, and bad before the path counts as slow. */
const goodProbes = 2;
const badProbes = 3;
/** How long the main rendition is not tried after it failed; twice as long each time. */
const minBackOffMs = 5000;
const maxBackOffMs = 120_000;

/**
 * Decides which rendition a viewer gets. Down at once when its path is seen not to carry the main
 * one; up again when probes say twice that it would, and ever more rarely when they keep being wrong,
 * as on a path that loses packets.
 */
export class RenditionPolicy {
  #choice: RenditionChoice = 'auto';
  #fitting: VideoRendition = 'main';
  #mainSinceMs = -Infinity;
  #laggedMs = -Infinity;
  #slowSinceMs: number | null = null;
  #slowMs = -Infinity;
  #sufferedMs = -Infinity;
  /** When acknowledgements came late, the newest few. */
  readonly #lateMs: number[] = [];
  #neededKbps = minNeededKbps;
  #good = 0;
  #bad = 0;
  #backOffMs = minBackOffMs;
  #notBeforeMs = -Infinity;
  #wasTried = false;

  /** What the member wants; `auto` leaves it to the path. */
  set choice(choice: RenditionChoice) {
    this.#choice = choice;
  }

  /** What the viewer should get. */
  get rendition(): VideoRendition {
    return this.#choice === 'auto' ? this.#fitting : this.#choice;
  }

  /** Whether it is worth knowing what more the path could carry. */
  get wantsProbes(): boolean {
    return this.#choice === 'auto' && this.#fitting === 'small';
  }

  /** Whether the viewer would get the main rendition if its path carried it. */
  get wantsMain(): boolean {
    return this.#choice !== 'small';
  }

  started(nowMs: number): void {
    this.#mainSinceMs = nowMs;
  }

  /** Whether its path carries badly what the viewer gets. */
  isSuffering(nowMs: number): boolean {
    return nowMs - this.#sufferedMs < sufferingMs;
  }

  /** The viewer fell over its budget. @param mainKbps what the main rendition takes at the moment */
  lagged(mainKbps: number, nowMs: number): void {
    const isRepeated = nowMs - Math.max(this.#laggedMs, this.#mainSinceMs) < trialMs;
    this.#laggedMs = nowMs;
    this.#sufferedMs = nowMs;
    if (isRepeated) this.#leaveMain(mainKbps, nowMs);
  }

  /** What a lagging viewer had on the way has come. @param kbps the rate at which it did */
  drained(kbps: number, mainKbps: number, nowMs: number): void {
    if (kbps < mainKbps * headroom) this.#leaveMain(mainKbps, nowMs);
  }

  /**
   * A picture was acknowledged.
   * @param excessMs how much later than on an empty path
   * @param baseDelayMs what it takes on that
   */
  acknowledged(excessMs: number, baseDelayMs: number, mainKbps: number, nowMs: number): void {
    if (excessMs > unsteadyDelayMs + baseDelayMs / 2) {
      this.#lateMs.push(nowMs);
      if (this.#lateMs.length > unsteadyCount) this.#lateMs.shift();
    }
    if (excessMs < slowDelayMs) {
      this.#slowSinceMs = null;
      return;
    }
    // On a quiet desktop there may be none between two: they make no long time of slowness.
    const isContinued = nowMs - this.#slowMs < slowForMs;
    this.#slowMs = nowMs;
    this.#sufferedMs = nowMs;
    if (this.#slowSinceMs === null || !isContinued) this.#slowSinceMs = nowMs;
    const isNew = this.#wasTried && nowMs - this.#mainSinceMs < firstMs;
    if (isNew || nowMs - this.#slowSinceMs >= slowForMs) this.#leaveMain(mainKbps, nowMs);
  }

  /** @param kbps what the path carried, or null when nothing of it came */
  probed(kbps: number | null, nowMs: number): void {
    if (kbps === null || kbps < this.#neededKbps) {
      this.#good = 0;
      this.#bad += 1;
      // The path is slow, not unsteady: what fails on it says nothing of the path it may become.
      if (this.#bad >= badProbes) {
        this.#backOffMs = minBackOffMs;
        this.#notBeforeMs = nowMs;
      }
      return;
    }
    this.#good += 1;
    this.#bad = 0;
    if (this.#good < goodProbes || nowMs < this.#notBeforeMs) return;
    if (this.isSuffering(nowMs) || this.#isUnsteady(nowMs)) return;
    this.#fitting = 'main';
    this.#mainSinceMs = nowMs;
    this.#wasTried = true;
  }

  #isUnsteady(nowMs: number): boolean {
    const [oldest] = this.#lateMs;
    const isFull = this.#lateMs.length === unsteadyCount;
    return isFull && oldest !== undefined && nowMs - oldest < unsteadyWindowMs;
  }

  #leaveMain(mainKbps: number, nowMs: number): void {
    if (this.#fitting !== 'main') return;
    this.#fitting = 'small';
    this.#slowSinceMs = null;
    this.#good = 0;
    this.#bad = 0;
    const needed = mainKbps * headroom;
    this.#neededKbps = Math.min(maxNeededKbps, Math.max(minNeededKbps, needed));
    const failed = this.#wasTried && nowMs - this.#mainSinceMs < 2 * trialMs;
    this.#backOffMs = failed ? Math.min(maxBackOffMs, this.#backOffMs * 2) : minBackOffMs;
    this.#notBeforeMs = nowMs + this.#backOffMs;
  }
}
