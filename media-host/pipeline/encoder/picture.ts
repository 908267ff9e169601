import { AV_PIX_FMT_BGR0, AV_PIX_FMT_YUV420P, SWS_AREA } from 'node-av/constants';
import { FFmpegError, Frame, SoftwareScaleContext } from 'node-av/lib';

import type { RowRange } from '../capture/screen-capture.js';

const bytesPerPixel = 4;
/** Rows converted at a time: whole macroblock rows, few enough that a small change stays cheap. */
const bandRows = 48;

interface Band {
  readonly from: number;
  readonly rows: number;
  readonly converter: SoftwareScaleContext;
  readonly planes: Buffer[];
}

/**
 * The picture the encoder reads, kept as 4:2:0 (BT.601, limited range) between captures, so that only
 * the rows that changed are converted.
 */
export class Picture {
  readonly frame = new Frame();
  readonly #width: number;
  readonly #strides: number[];
  readonly #bands: Band[] = [];

  /** @throws FFmpegError when the picture cannot be allocated */
  constructor(width: number, height: number) {
    this.#width = width;
    this.frame.alloc();
    this.frame.width = width;
    this.frame.height = height;
    this.frame.format = AV_PIX_FMT_YUV420P;
    FFmpegError.throwIfError(this.frame.allocBuffer(), 'allocate picture');
    this.#strides = this.frame.linesize;
    const planes = this.frame.data ?? [];
    const converters = new Map<number, SoftwareScaleContext>();
    for (let from = 0; from < height; from += bandRows) {
      const rows = Math.min(bandRows, height - from);
      const converter = converters.get(rows) ?? makeConverter(width, rows);
      converters.set(rows, converter);
      this.#bands.push({ from, rows, converter, planes: this.#planesFrom(planes, from) });
    }
  }

  /** Converts the given rows of a captured picture (B, G, R, unused; `width * 4` bytes a row). */
  update(pixels: Buffer, changed: RowRange): void {
    const strideBytes = this.#width * bytesPerPixel;
    for (const { from, rows, converter, planes } of this.#bands) {
      if (from >= changed.to || from + rows <= changed.from) continue;
      const source = pixels.subarray(from * strideBytes, (from + rows) * strideBytes);
      const result = converter.scaleSync([source], [strideBytes], 0, rows, planes, this.#strides);
      FFmpegError.throwIfError(result, 'convert picture');
    }
  }

  close(): void {
    for (const converter of new Set(this.#bands.map((band) => band.converter))) {
      converter.freeContext();
    }
    this.#bands.length = 0;
    this.frame.free();
  }

  #planesFrom(planes: readonly Buffer[], fromRow: number): Buffer[] {
    return planes.map((plane, index) => {
      const row = index === 0 ? fromRow : fromRow / 2;
      return plane.subarray(row * (this.#strides[index] ?? 0));
    });
  }
}

function makeConverter(width: number, rows: number): SoftwareScaleContext {
  const converter = new SoftwareScaleContext();
  converter.getContext(width, rows, AV_PIX_FMT_BGR0, width, rows, AV_PIX_FMT_YUV420P, SWS_AREA);
  return converter;
}
