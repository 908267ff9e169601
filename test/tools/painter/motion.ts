import type { ColourPicture } from '../luma.js';

/** Back and forth between 0 and `range` (excluded), linearly. */
export function swing(distance: number, range: number): number {
  const position = Math.floor(distance) % (2 * range);
  return position < range ? position : 2 * range - 1 - position;
}

/**
 * A picture with what photographs have and flat user interfaces lack: gradients, soft and
 * hard edges and texture of several scales. The same at every call.
 */
export function makePicture(width: number, height: number): ColourPicture {
  const data = new Uint8ClampedArray(width * height * 4);
  let at = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const hills = Math.sin(x / 97 + Math.sin(y / 61)) + Math.cos(y / 83 - x / 151);
      const waves = Math.sin((x + y) / 23) * Math.cos((x - 2 * y) / 31);
      const grain = Math.sin(x * 1.7 + Math.sin(y * 0.9) * 3) * Math.cos(y * 1.3);
      const roofs = Math.sin(x / 53 - y / 211) + Math.sin(y / 47 + x / 401) > 0.9 ? 28 : 0;
      const bright = 110 + 38 * hills + 18 * waves + 5 * grain + roofs;
      data[at] = bright + 30 * Math.sin(x / 211);
      data[at + 1] = bright + 22 * Math.cos(y / 173);
      data[at + 2] = 0.8 * bright + 40 * Math.sin((x + 2 * y) / 307);
      data[at + 3] = 255;
      at += 4;
    }
  }
  return { width, height, order: 'rgba', data: new Uint8Array(data.buffer) };
}
