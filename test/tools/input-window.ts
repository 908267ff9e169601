import x11, { type XEvent } from 'x11';

import { Changes } from './changes.js';
import { type DisplayAccess, XDisplay } from './x-display.js';

const copyFromParent = 0;
const revertToParent = 2;
const firstKeycode = 8;
const keycodes = 248;

/** What a program may be told of that a person does; and that its window is on the screen. */
const eventNames = [
  'KeyPress',
  'KeyRelease',
  'ButtonPress',
  'ButtonRelease',
  'PointerMotion',
  'Exposure',
];
const eventMask = eventNames.reduce((mask, name) => mask | (x11.eventMask[name] ?? 0), 0);

/** A window over the whole desktop that has the keyboard and writes down what it is told of. */
export class InputWindow {
  /**
   * Oldest first: `move X,Y`, `ButtonPress N`, `ButtonRelease N`, `KeyPress KEYSYM`,
   * `KeyRelease KEYSYM`; places in pixels of the desktop, keysyms without modifiers, in hexadecimal.
   */
  readonly events: string[] = [];
  readonly changes = new Changes();
  readonly #display: XDisplay;
  #keysyms: readonly (readonly number[])[] = [];
  #exposed = false;

  private constructor(display: XDisplay) {
    this.#display = display;
    display.client.on('event', (event) => this.#take(event));
  }

  static async open(access: DisplayAccess): Promise<InputWindow> {
    const window = new InputWindow(await XDisplay.connect(access));
    await window.#show();
    return window;
  }

  /** Waits until an event was written down. */
  async until(event: string): Promise<void> {
    await this.changes.until(`"${event}" on the desktop`, () => this.events.includes(event));
  }

  close(): void {
    this.#display.close();
  }

  async #show(): Promise<void> {
    const { client, screen, width, height } = this.#display;
    this.#keysyms = await new Promise((resolve, reject) => {
      client.GetKeyboardMapping(firstKeycode, keycodes, (error, mapping) =>
        error ? reject(error) : resolve(mapping),
      );
    });
    const id = client.AllocID();
    client.CreateWindow(id, screen.root, 0, 0, width, height, 0, 0, 0, copyFromParent, {
      // No window manager: nothing around the window, nothing above it.
      overrideRedirect: true,
      eventMask,
    });
    client.MapWindow(id);
    await this.changes.until('window on the screen', () => this.#exposed);
    client.SetInputFocus(id, revertToParent);
    await client.sync();
  }

  #take(event: XEvent): void {
    if (event.name === 'Expose') this.#exposed = true;
    else if (event.name === 'MotionNotify') {
      this.events.push(`move ${Number(event['rootx'])},${Number(event['rooty'])}`);
    } else if (event.name.startsWith('Button')) {
      this.events.push(`${event.name} ${Number(event['keycode'])}`);
    } else if (event.name.startsWith('Key')) {
      const [keysym = 0] = this.#keysyms[Number(event['keycode']) - firstKeycode] ?? [];
      this.events.push(`${event.name} ${keysym.toString(16)}`);
    }
    this.changes.notify();
  }
}
