import type { MediaMessage, VideoRendition } from '../../../signaling/protocol/media-message.js';
import { ClockSync } from '../media/clock-sync.js';

const maxLatencies = 120;

/** See `ViewerStats`. */
export interface MeterReading {
  readonly latencyMs: number | null;
  readonly framesPerSecond: number;
  readonly bitrateKbps: number;
  readonly gaps: number;
  readonly rendition: VideoRendition | null;
}

/** Measures what reaches the person: latency, frames and bits of the last interval. */
export class ViewerMeter {
  readonly #clock: ClockSync;
  readonly #pageTimeMs: () => number;
  #latenciesMs: number[] = [];
  #frames = 0;
  #bytes = 0;
  #sinceMs: number;
  #latencyMs: number | null = null;
  /** On this page's clock. */
  #firstShownMs: number | null = null;
  #gaps = 0;
  #rendition: VideoRendition | null = null;

  constructor(clock: ClockSync, pageTimeMs: () => number = () => ClockSync.pageTimeMs()) {
    this.#clock = clock;
    this.#pageTimeMs = pageTimeMs;
    this.#sinceMs = pageTimeMs();
  }

  received(message: MediaMessage): void {
    this.#bytes += message.payload.byteLength;
    if (message.gap) this.#gaps += 1;
    if (message.track === 'video' && message.rendition !== 'compatible') {
      this.#rendition = message.rendition;
    }
  }

  /** @param captureTimeMs when the frame shown was on the desktop, host's clock */
  shown(captureTimeMs: number | null): void {
    this.#frames += 1;
    const nowMs = this.#pageTimeMs();
    this.#firstShownMs ??= nowMs;
    // Before the clocks were compared, how far apart they are would count as latency.
    if (captureTimeMs === null || this.#clock.roundTripMs === null) return;
    // What was captured before the first picture showed had to wait for this viewer to join.
    if (captureTimeMs < this.#clock.hostTimeMs(this.#firstShownMs)) return;
    this.#latenciesMs.push(this.#clock.hostTimeMs(nowMs) - captureTimeMs);
    if (this.#latenciesMs.length > maxLatencies) this.#latenciesMs.shift();
  }

  /** Figures since the last reading. On a screen that stood still the latency is the last one known. */
  read(): MeterReading {
    const nowMs = this.#pageTimeMs();
    const seconds = (nowMs - this.#sinceMs) / 1000;
    const sorted = this.#latenciesMs.sort((a, b) => a - b);
    this.#latencyMs = sorted[Math.floor(sorted.length / 2)] ?? this.#latencyMs;
    const figures = {
      latencyMs: this.#latencyMs === null ? null : Math.max(0, this.#latencyMs),
      framesPerSecond: this.#frames / seconds,
      bitrateKbps: (this.#bytes * 8) / 1000 / seconds,
      gaps: this.#gaps,
      rendition: this.#rendition,
    };
    this.#latenciesMs = [];
    this.#frames = 0;
    this.#bytes = 0;
    this.#sinceMs = nowMs;
    return figures;
  }
}
