import type { Client, CursorImage, Fixes, XEvent } from 'x11';

import { requireExtension, type XDisplay } from './x-display.js';

export interface CursorShape {
  readonly width: number;
  readonly height: number;
  readonly hotspotX: number;
  readonly hotspotY: number;
  /** R, G, B, A of each pixel, not premultiplied. */
  readonly pixels: Buffer;
}

export interface CursorEvents {
  readonly onShape: (shape: CursorShape) => void;
  readonly onPosition: (x: number, y: number) => void;
}

/** The pointer's shape as programs set it, told of changes by the XFIXES extension. */
export class CursorCapture {
  readonly #client: Client;
  readonly #fixes: Fixes;
  readonly #events: CursorEvents;

  private constructor(client: Client, fixes: Fixes, root: number, events: CursorEvents) {
    this.#client = client;
    this.#fixes = fixes;
    this.#events = events;
    this.#client.on('event', (event: XEvent) => {
      if (event.name === 'CursorNotify') this.#read();
    });
    fixes.SelectCursorInput(root, fixes.CursorNotifyMask.DisplayCursor);
    this.#read();
  }

  /** @throws Error when the display lacks XFIXES */
  static async open({ client, screen }: XDisplay, events: CursorEvents): Promise<CursorCapture> {
    const fixes = await requireExtension(client, 'fixes');
    return new CursorCapture(client, fixes, screen.root, events);
  }

  #read(): void {
    this.#fixes.GetCursorImage((error, image) => {
      // Without a reply there is no display any more; its owner is told by the connection.
      if (error) return true;
      this.#events.onShape(shapeOf(image));
      this.#events.onPosition(image.x, image.y);
      return true;
    });
  }
}

function shapeOf(image: CursorImage): CursorShape {
  const { width, height, cursorImage } = image;
  const pixels = Buffer.alloc(width * height * 4);
  for (let offset = 0; offset + 4 <= pixels.length; offset += 4) {
    const [blue = 0, green = 0, red = 0, alpha = 0] = cursorImage.subarray(offset, offset + 4);
    const straight = (value: number): number =>
      alpha === 0 ? 0 : Math.min(255, Math.round((value * 255) / alpha));
    pixels[offset] = straight(red);
    pixels[offset + 1] = straight(green);
    pixels[offset + 2] = straight(blue);
    pixels[offset + 3] = alpha;
  }
  return { width, height, hotspotX: image.xhot, hotspotY: image.yhot, pixels };
}
