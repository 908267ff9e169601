import assert from 'node:assert/strict';

import { describe, it } from 'mocha';

import {
  ageMs,
  barcodeHeightPx,
  barcodeWidthPx,
  decodeBarcode,
  lightCells,
  readBarcode,
  stampOf,
} from '../tools/barcode.js';

/** A picture of the barcode's size with a stamp drawn at a scale, light on dark. */
function draw(stamp: number, scale = 1, light = 235, dark = 20): Uint8Array {
  const width = barcodeWidthPx * scale;
  const data = new Uint8Array(width * barcodeHeightPx * scale * 4).fill(dark);
  const cells = lightCells(stamp);
  for (let at = 0; at < cells.length; at += 4) {
    const [left = 0, top = 0, size = 0] = cells.slice(at, at + 3).map((value) => value * scale);
    const side = (cells[at + 2] ?? size) * scale;
    for (let y = top; y < top + side; y += 1) {
      data.fill(light, (y * width + left) * 4, (y * width + left + side) * 4);
    }
  }
  return data;
}

describe('barcode of the wall clock', () => {
  const stamps = [0, 1, 0x8000_0000, 0xffff_ffff, 0x1234_5678, stampOf(1_763_813_397_123)];

  for (const stamp of stamps) {
    it(`reads back stamp ${stamp} from pixels`, () => {
      assert.equal(readBarcode({ width: barcodeWidthPx, data: draw(stamp) }), stamp);
    });

    it(`reads back stamp ${stamp} from a picture of half the size`, () => {
      const picture = { width: barcodeWidthPx / 2, data: draw(stamp, 0.5) };
      assert.equal(readBarcode(picture, 0.5), stamp);
    });
  }

  it('is null when the checksum does not match', () => {
    assert.equal(
      decodeBarcode((row, column) => row === 0 && column === 3),
      null,
    );
  });

  it('takes stamps modulo 2^32', () => {
    assert.equal(stampOf(2 ** 32 + 5.4), 5);
  });

  it('tells the age of a stamp across the wrap', () => {
    assert.equal(ageMs(2 ** 32 - 10, 2 ** 33 + 15), 25);
  });

  it('tells a negative age when the stamp is later', () => {
    assert.equal(ageMs(stampOf(1_000_050), 1_000_000), -50);
  });
});
