import { barcodeHeightPx, barcodeWidthPx, lightCells } from '../barcode.js';
import type { ColourPicture } from '../luma.js';

import type { Canvas, Pixmap } from './canvas.js';
import { makeFilm } from './film.js';
import type { Scene } from './messages.js';
import { swing } from './swing.js';

const black = 0x000000;
const white = 0xffffff;
const blue = 0x204060;

/** Pixels per millisecond. */
const scrollSpeed = 0.12;
/** Frames of the film per millisecond. */
const filmSpeed = 0.03;
/** Steps of the busy scene per millisecond. */
const busySpeed = 0.06;

/** Draws scenes on a canvas; each is a function of its stamp alone. */
export class ScenePainter {
  readonly #canvas: Canvas;
  readonly #textPage: Pixmap | null;
  readonly #film: readonly Pixmap[];

  /** @param textPage at least as wide as the canvas; without it only `busy` can be painted */
  constructor(canvas: Canvas, textPage: ColourPicture | null) {
    this.#canvas = canvas;
    this.#textPage = textPage && canvas.upload(textPage);
    const film = textPage ? makeFilm(canvas.width / 2, canvas.height) : [];
    this.#film = film.map((frame) => canvas.upload(frame));
  }

  /** @throws Error when the scene needs a page of text and there is none */
  draw(scene: Scene, stamp: number): void {
    if (scene === 'busy') this.#drawBusy(stamp);
    else this.#drawPages(scene, stamp);
    this.#canvas.fill(black, [0, 0, barcodeWidthPx, barcodeHeightPx]);
    this.#canvas.fill(white, lightCells(stamp));
  }

  #drawBusy(stamp: number): void {
    const { width, height } = this.#canvas;
    const step = Math.floor(stamp * busySpeed);
    this.#canvas.fill(blue, [0, 0, width, height]);
    for (let i = 0; i < 40; i += 1) {
      const x = (i * 97 + step * (3 + (i % 5))) % width;
      const y = 120 + ((i * 53 + step * (1 + (i % 3))) % (height - 160));
      this.#canvas.fill((i * 0x123457 + 0x808080) & white, [x, y, 40 + i, 24]);
    }
    for (let i = 0; i < 20; i += 1) {
      const y = 130 + ((i * 28 + step * 2) % (height - 160));
      const text = `line ${i} of scrolling text, step ${step + i}: the quick brown fox jumps`;
      this.#canvas.write(white, Math.floor(width / 2), y, text);
    }
  }

  #drawPages(scene: 'text' | 'motion', stamp: number): void {
    const { width, height } = this.#canvas;
    const page = this.#textPage;
    if (!page) throw new Error(`the scene ${scene} needs a page of text`);
    if (scene === 'text') {
      this.#canvas.copy(page, { x: 0, y: 0 }, { x: 0, y: 0 }, { width, height });
      return;
    }
    const half = Math.floor(width / 2);
    const offset = Math.floor(stamp * scrollSpeed) % page.height;
    for (let y = -offset; y < height; y += page.height) {
      this.#canvas.copy(page, { x: 0, y: 0 }, { x: 0, y }, { width: half, height: page.height });
    }
    const frame = this.#film[swing(stamp * filmSpeed, this.#film.length)];
    if (frame) this.#canvas.copy(frame, { x: 0, y: 0 }, { x: half, y: 0 }, frame);
  }
}
