import { ageMs } from '../tools/barcode.js';

import { FrameReader } from './frame-reader.js';

const pollMs = 50;

/** The readers see every frame; this only looks at what they saw. */
export async function framesAfter(
  selector: string,
  desktopWidth: number,
  stamp: number,
  count: number,
): Promise<number[]> {
  let watched: HTMLVideoElement | null = null;
  let reader: FrameReader | null = null;
  try {
    for (;;) {
      // A page may put another element in the place of one that was lost.
      const video = document.querySelector(selector);
      if (video !== watched && video instanceof HTMLVideoElement) {
        reader?.stop();
        watched = video;
        reader = new FrameReader(video, desktopWidth);
      }
      const fresh = (reader?.frames ?? [])
        .map((frame) => frame.stamp)
        .filter((seen) => ageMs(stamp, seen) > 0);
      if (fresh.length >= count) return fresh.slice(0, count);
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  } finally {
    reader?.stop();
  }
}
