import type { Client } from 'x11';

import type { ColourPicture } from '../luma.js';
import { bgrxOf } from '../picture.js';
import type { XDisplay } from '../x-display.js';

export interface Pixmap {
  readonly id: number;
  readonly width: number;
  readonly height: number;
}

const zPixmap = 2;
const copyFromParent = 0;

/**
 * A window over the whole display, above every other, drawn in a hidden pixmap and shown with one
 * copy, so that whoever captures the display never sees half a frame.
 */
export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly #client: Client;
  readonly #depth: number;
  readonly #window: number;
  readonly #back: number;
  readonly #gc: number;

  constructor(display: XDisplay) {
    const { client, screen } = display;
    this.width = display.width;
    this.height = display.height;
    this.#client = client;
    this.#depth = screen.root_depth;
    [this.#window, this.#back, this.#gc] = [client.AllocID(), client.AllocID(), client.AllocID()];
    const { width, height } = this;
    client.CreateWindow(this.#window, screen.root, 0, 0, width, height, 0, 0, 0, copyFromParent, {
      overrideRedirect: true,
    });
    client.CreatePixmap(this.#back, screen.root, this.#depth, width, height);
    const font = client.AllocID();
    client.OpenFont(font, 'fixed');
    // Without graphicsExposures off, the server would answer every copy with an event.
    client.CreateGC(this.#gc, this.#back, { font, graphicsExposures: 0 });
    client.MapWindow(this.#window);
    // Out of the way: some captures draw the pointer, and it is not part of the scene.
    client.WarpPointer(0, screen.root, 0, 0, 0, 0, width - 1, height - 1);
  }

  /** Uploads a picture once, for any number of copies. */
  upload(picture: ColourPicture): Pixmap {
    const { width, height } = picture;
    const id = this.#client.AllocID();
    this.#client.CreatePixmap(id, this.#window, this.#depth, width, height);
    const pixels = bgrxOf(picture);
    this.#client.PutImage(zPixmap, id, this.#gc, width, height, 0, 0, 0, this.#depth, pixels);
    return { id, width, height };
  }

  /** @param rectangles x, y, width, height, and so on, pixels */
  fill(colour: number, rectangles: readonly number[]): void {
    this.#client.ChangeGC(this.#gc, { foreground: colour });
    this.#client.PolyFillRectangle(this.#back, this.#gc, rectangles);
  }

  /** Draws text of the server's own font with its baseline at `y`. */
  write(colour: number, x: number, y: number, text: string): void {
    this.#client.ChangeGC(this.#gc, { foreground: colour });
    this.#client.PolyText8(this.#back, this.#gc, x, y, [text]);
  }

  /** Copies a part of a pixmap to `x`, `y`. */
  copy(
    source: Pixmap,
    from: { readonly x: number; readonly y: number },
    to: { readonly x: number; readonly y: number },
    size: { readonly width: number; readonly height: number },
  ): void {
    const { width, height } = size;
    this.#client.CopyArea(
      source.id,
      this.#back,
      this.#gc,
      from.x,
      from.y,
      to.x,
      to.y,
      width,
      height,
    );
  }

  /** Makes what was drawn visible; resolves when the server has done so. */
  async show(): Promise<void> {
    const { width, height } = this;
    this.#client.CopyArea(this.#back, this.#window, this.#gc, 0, 0, 0, 0, width, height);
    await this.#client.sync();
  }
}
