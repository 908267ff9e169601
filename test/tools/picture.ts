import { readFile, writeFile } from 'node:fs/promises';

import { PNG } from 'pngjs';

/** A picture of 4 bytes a pixel, rows from the top, no padding. */
export interface ColourPicture {
  readonly width: number;
  readonly height: number;
  /** `rgba` as canvases and PNG files have it, `bgrx` as a 24-bit X server has it. */
  readonly order: 'rgba' | 'bgrx';
  readonly data: Uint8Array;
}

/** Brightness only, one byte a pixel. */
export interface LumaPicture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Luma by ITU-R BT.709, full range. */
export function lumaOf(picture: ColourPicture): LumaPicture {
  const { width, height, data } = picture;
  const red = picture.order === 'rgba' ? 0 : 2;
  const luma = new Uint8Array(width * height);
  for (let pixel = 0, at = 0; pixel < luma.length; pixel += 1, at += 4) {
    luma[pixel] = Math.round(
      0.2126 * (data[at + red] ?? 0) +
        0.7152 * (data[at + 1] ?? 0) +
        0.0722 * (data[at + 2 - red] ?? 0),
    );
  }
  return { width, height, data: luma };
}

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
