import { barcodeHeightPx, barcodeWidthPx, readBarcode } from '../tools/barcode.js';
import type { FrameReport, SeenFrame } from '../tools/page-api.js';

import { readingContext, wallClockMs } from './video.js';

/** Reads the barcode of every frame a video shows, from creation to `stop`. */
export class FrameReader {
  readonly #video: HTMLVideoElement;
  readonly #desktopWidth: number;
  readonly #context = readingContext(barcodeWidthPx, barcodeHeightPx);
  readonly #startedAtMs = wallClockMs();
  readonly #frames: SeenFrame[] = [];
  #unreadable = 0;
  #callback: number;

  constructor(video: HTMLVideoElement, desktopWidth: number) {
    this.#video = video;
    this.#desktopWidth = desktopWidth;
    this.#callback = this.#next();
  }

  /** What was seen so far. */
  get frames(): readonly SeenFrame[] {
    return this.#frames;
  }

  stop(): FrameReport {
    this.#video.cancelVideoFrameCallback(this.#callback);
    return {
      startedAtMs: this.#startedAtMs,
      endedAtMs: wallClockMs(),
      frames: this.#frames,
      unreadable: this.#unreadable,
    };
  }

  #next(): number {
    return this.#video.requestVideoFrameCallback(() => {
      // The time comes first: reading pixels takes milliseconds of its own.
      const shownAtMs = wallClockMs();
      this.#callback = this.#next();
      const stamp = this.#read();
      if (stamp === null) this.#unreadable += 1;
      else if (stamp !== this.#frames.at(-1)?.stamp) {
        this.#frames.push({ stamp, shownAtMs, width: this.#video.videoWidth });
      }
    });
  }

  #read(): number | null {
    const scale = this.#video.videoWidth / this.#desktopWidth;
    const [width, height] = [barcodeWidthPx * scale, barcodeHeightPx * scale];
    // Drawn at the size it has in the video, so that cells are sampled, not blended.
    this.#context.drawImage(this.#video, 0, 0, width, height, 0, 0, width, height);
    const area = this.#context.getImageData(0, 0, barcodeWidthPx, barcodeHeightPx);
    return readBarcode(area, scale);
  }
}
