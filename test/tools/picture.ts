import { readFile, writeFile } from 'node:fs/promises';

import { PNG } from 'pngjs';

import type { ColourPicture } from './luma.js';

/** The same picture in the other order; alpha becomes opaque. */
function swapped(picture: ColourPicture): Buffer {
  const out = Buffer.alloc(picture.data.length);
  for (let at = 0; at < out.length; at += 4) {
    out[at] = picture.data[at + 2] ?? 0;
    out[at + 1] = picture.data[at + 1] ?? 0;
    out[at + 2] = picture.data[at] ?? 0;
    out[at + 3] = 255;
  }
  return out;
}

/** @throws Error when the file is missing or is no PNG */
export async function readPng(path: string): Promise<ColourPicture> {
  const { width, height, data } = PNG.sync.read(await readFile(path));
  return { width, height, order: 'rgba', data };
}

export async function writePng(path: string, picture: ColourPicture): Promise<void> {
  const png = new PNG({ width: picture.width, height: picture.height });
  png.data = picture.order === 'rgba' ? Buffer.from(picture.data) : swapped(picture);
  await writeFile(path, PNG.sync.write(png));
}

/** Pixels for PutImage on a 24-bit X server. */
export function bgrxOf(picture: ColourPicture): Buffer {
  return picture.order === 'bgrx' ? Buffer.from(picture.data) : swapped(picture);
}
