import { ageMs } from '../tools/barcode.js';

import { FrameReader } from './frame-reader.js';

const pollMs = 50;

/** The reader sees every frame; this only looks at what it saw. */
export async function framesAfter(
  selector: string,
  desktopWidth: number,
  stamp: number,
  count: number,
  timeoutMs: number,
): Promise<number[]> {
  const deadlineMs = performance.now() + timeoutMs;
  let watched: Element | null = null;
  let reader: FrameReader | null = null;
  const fresh: number[] = [];
  try {
    while (performance.now() < deadlineMs) {
      // A page may put another element in the place of one that was lost.
      const video = document.querySelector(selector);
      if (video !== watched && video instanceof HTMLVideoElement) {
        reader?.stop();
        watched = video;
        reader = new FrameReader(video, desktopWidth);
      }
      const seen = reader?.frames.map((frame) => frame.stamp) ?? [];
      fresh.splice(0, Infinity, ...seen.filter((one) => ageMs(stamp, one) > 0));
      if (fresh.length >= count) return fresh.slice(0, count);
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  } finally {
    reader?.stop();
  }
  throw new Error(`${fresh.length} frames of ${count} were shown within ${timeoutMs} ms`);
}
