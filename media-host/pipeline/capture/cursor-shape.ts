import type { CursorImage } from 'x11';

export interface CursorShape {
  readonly width: number;
  readonly height: number;
  readonly hotspotX: number;
  readonly hotspotY: number;
  /** R, G, B, A of each pixel, not premultiplied. */
  readonly pixels: Buffer;
}

/** Larger than any pointer a person could use, and small enough for one message to viewers. */
export const maxSide = 256;

/**
 * The shape as viewers get it. Programs of the room choose it, of any size: of a large one only the
 * part around its hotspot is taken.
 */
export function shapeOf(image: CursorImage): CursorShape {
  const width = Math.min(image.width, maxSide);
  const height = Math.min(image.height, maxSide);
  const left = cropStart(image.width, width, image.xhot);
  const top = cropStart(image.height, height, image.yhot);
  const pixels = Buffer.alloc(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const source = ((top + y) * image.width + left + x) * 4;
      const [blue = 0, green = 0, red = 0, alpha = 0] = image.cursorImage.subarray(source);
      const straight = (value: number): number =>
        alpha === 0 ? 0 : Math.min(255, Math.round((value * 255) / alpha));
      pixels.set([straight(red), straight(green), straight(blue), alpha], (y * width + x) * 4);
    }
  }
  return { width, height, hotspotX: image.xhot - left, hotspotY: image.yhot - top, pixels };
}

/** Where a window of `kept` of `whole` pixels begins that has the hotspot in its middle, if it can. */
const cropStart = (whole: number, kept: number, hotspot: number): number =>
  Math.max(0, Math.min(hotspot - Math.floor(kept / 2), whole - kept));
