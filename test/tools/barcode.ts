/*
 * A wall-clock stamp as pixels, so that a page can read back how old the frame it shows is.
 * Three rows of sixteen square cells in the top left corner, light is 1, most significant bit
 * first: the high half of the stamp, its low half, and their exclusive or as a checksum.
 * A stamp is milliseconds since the Unix epoch, modulo 2^32.
 *
 * Pure: the painter, the tests and the pages use the same code.
 */

export const barcodeColumns = 16;
export const barcodeRows = 3;
/** Side of a cell on the desktop, pixels: a macroblock, so that coding it stays cheap and crisp. */
export const cellSizePx = 16;
export const barcodeWidthPx = barcodeColumns * cellSizePx;
export const barcodeHeightPx = barcodeRows * cellSizePx;

const stampRange = 2 ** 32;

/** The stamp of a wall-clock time in ms since the Unix epoch. */
export function stampOf(wallTimeMs: number): number {
  return Math.round(wallTimeMs) % stampRange;
}

/** Milliseconds from a stamp to a wall-clock time; negative when the stamp is later. Within ±24 days. */
export function ageMs(stamp: number, wallTimeMs: number): number {
  const difference = (((wallTimeMs - stamp) % stampRange) + stampRange) % stampRange;
  return difference >= stampRange / 2 ? difference - stampRange : difference;
}

/** The three rows of a stamp, 16 bits each. */
function rowsOf(stamp: number): [number, number, number] {
  const high = Math.floor(stamp / 0x10000) & 0xffff;
  const low = stamp & 0xffff;
  return [high, low, high ^ low];
}

/** The light cells of a stamp, as X11 rectangles: x, y, width, height, and so on. */
export function lightCells(stamp: number): number[] {
  return rowsOf(stamp).flatMap((bits, row) =>
    Array.from({ length: barcodeColumns }, (_, column) => column)
      .filter((column) => (bits >> (barcodeColumns - 1 - column)) & 1)
      .flatMap((column) => [column * cellSizePx, row * cellSizePx, cellSizePx, cellSizePx]),
  );
}

/**
 * Reads a stamp from its cells.
 * @returns the stamp, or null when the checksum does not match
 */
export function decodeBarcode(isLight: (row: number, column: number) => boolean): number | null {
  const rows = Array.from({ length: barcodeRows }, (_, row) => {
    let bits = 0;
    for (let column = 0; column < barcodeColumns; column += 1) {
      bits = bits * 2 + (isLight(row, column) ? 1 : 0);
    }
    return bits;
  });
  const [high = 0, low = 0, check = 0] = rows;
  return (high ^ low) === check ? high * 0x10000 + low : null;
}

/** Interleaved pixels of 4 bytes, green in the second: RGBA of a canvas, or BGRX of an X server. */
export interface Pixels {
  readonly width: number;
  readonly data: ArrayLike<number>;
}

/** Half the side of the square at the centre of a cell that is averaged, pixels of the desktop. */
const sampleReachPx = 2;

/**
 * Reads a stamp from a picture's pixels.
 * @param scale size of the picture relative to the desktop: 0.5 for a rendition of half the width
 * @returns the stamp, or null when there is none
 */
export function readBarcode(picture: Pixels, scale = 1): number | null {
  const reach = Math.max(1, Math.floor(sampleReachPx * scale));
  return decodeBarcode((row, column) => {
    const centreX = Math.floor((column + 0.5) * cellSizePx * scale);
    const centreY = Math.floor((row + 0.5) * cellSizePx * scale);
    let sum = 0;
    for (let y = centreY - reach; y < centreY + reach; y += 1) {
      for (let x = centreX - reach; x < centreX + reach; x += 1) {
        sum += picture.data[(y * picture.width + x) * 4 + 1] ?? 0;
      }
    }
    return sum / (4 * reach * reach) > 127;
  });
}
