import x11, { type Client, type Image, type Screen } from 'x11';

import type { ColourPicture } from './luma.js';
import { readCookie } from './xauthority.js';

/** How a program reaches an X display. */
export interface DisplayAccess {
  /** As in `DISPLAY`: `:5`. */
  readonly display: string;
  readonly xauthorityPath: string;
}

/** The environment that gives a child process access to a display. */
export function displayEnvironment({ display, xauthorityPath }: DisplayAccess): NodeJS.ProcessEnv {
  return { ...process.env, DISPLAY: display, XAUTHORITY: xauthorityPath };
}

/** Where the mouse pointer is, desktop pixels. */
export interface PointerPlace {
  readonly rootX: number;
  readonly rootY: number;
  /** Buttons and modifiers that are down; bit 8 is the left button. */
  readonly keyMask: number;
}

const zPixmap = 2;
const allPlanes = 0xffffffff;

/** A connection to an X display: what it shows, and the requests to draw on it. */
export class XDisplay {
  #closed = false;

  private constructor(
    readonly client: Client,
    readonly screen: Screen,
  ) {}

  /** @throws Error when the display is not there or refuses */
  static async connect(access: DisplayAccess): Promise<XDisplay> {
    const auth = await readCookie(access.xauthorityPath, access.display.replace(/^.*:/, ''));
    const { client, screen } = await new Promise<{ client: Client; screen: Screen }>(
      (resolve, reject) => {
        const options = { display: access.display, auth, bufferRequests: true };
        const created = x11.createClient(options, (error, opened) => {
          const first = (opened as typeof opened | undefined)?.screen[0];
          if (error ?? !first) reject(error ?? new Error(`${access.display} has no screen`));
          else resolve({ client: created, screen: first });
        });
        created.on('error', reject);
      },
    );
    return new XDisplay(client, screen);
  }

  get width(): number {
    return this.screen.pixel_width;
  }

  get height(): number {
    return this.screen.pixel_height;
  }

  /** Calls back once when the connection is lost or a request fails. */
  onLost(listener: (error: Error) => void): void {
    this.client.on('error', listener);
    this.client.on('end', () => {
      if (!this.#closed) listener(new Error('the display closed the connection'));
    });
  }

  /** What the display shows now; the mouse pointer is not part of it. */
  async grab(): Promise<ColourPicture> {
    const { width, height, client, screen } = this;
    const area = [screen.root, 0, 0, width, height, allPlanes] as const;
    const { data } = await new Promise<Image>((resolve, reject) => {
      client.GetImage(zPixmap, ...area, (error, image) => {
        if (error) reject(error);
        else resolve(image);
      });
    });
    return { width, height, order: 'bgrx', data };
  }

  /** Where the mouse pointer is, and what is held down. */
  pointer(): Promise<PointerPlace> {
    return new Promise((resolve, reject) => {
      this.client.QueryPointer(this.screen.root, (error, place) => {
        if (error) reject(error);
        else resolve(place);
      });
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.client.terminate();
  }
}
