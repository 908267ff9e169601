/* Pictures as plain bytes. Pure: pages use it too. */

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

/** The same brightness as a grey picture. */
export function greyOf(luma: LumaPicture): ColourPicture {
  const data = new Uint8Array(luma.data.length * 4);
  for (const [pixel, level] of luma.data.entries()) {
    data.fill(level, pixel * 4, pixel * 4 + 3);
    data[pixel * 4 + 3] = 255;
  }
  return { width: luma.width, height: luma.height, order: 'rgba', data };
}
