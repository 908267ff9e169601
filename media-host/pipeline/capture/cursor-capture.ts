import type { Client, Fixes, XEvent } from 'x11';

import { systemClock, type Clock } from '../../supervision/clock.js';

import { shapeOf, type CursorShape } from './cursor-shape.js';
import { requireExtension, type XDisplay } from './x-display.js';

export interface CursorEvents {
  readonly onShape: (shape: CursorShape) => void;
  readonly onPosition: (x: number, y: number) => void;
}

/** A program that changes the pointer faster than this wastes the room's pipeline, not the eye's time. */
const minIntervalMs = 50;

/**
 * The pointer's shape as programs set it, told of changes by the XFIXES extension. The first change
 * is read at once; those that follow within a moment are read together, as the last of them.
 */
export class CursorCapture {
  readonly #fixes: Fixes;
  readonly #events: CursorEvents;
  readonly #clock: Clock;
  /** `reading`: asked, or resting after it; `stale`: the same, and it has changed since. */
  #state: 'idle' | 'reading' | 'stale' = 'idle';

  private constructor(
    client: Client,
    fixes: Fixes,
    root: number,
    events: CursorEvents,
    clock: Clock,
  ) {
    this.#fixes = fixes;
    this.#events = events;
    this.#clock = clock;
    client.on('event', (event: XEvent) => {
      if (event.name === 'CursorNotify') this.#changed();
    });
    fixes.SelectCursorInput(root, fixes.CursorNotifyMask.DisplayCursor);
    this.#changed();
  }

  /** @throws Error when the display lacks XFIXES */
  static async open(
    { client, screen }: XDisplay,
    events: CursorEvents,
    clock = systemClock,
  ): Promise<CursorCapture> {
    const fixes = await requireExtension(client, 'fixes');
    return new CursorCapture(client, fixes, screen.root, events, clock);
  }

  #changed(): void {
    if (this.#state === 'idle') this.#read();
    else this.#state = 'stale';
  }

  #read(): void {
    this.#state = 'reading';
    this.#fixes.GetCursorImage((error, image) => {
      // Without a reply there is no display any more; its owner is told by the connection.
      if (error) return true;
      this.#clock.schedule(minIntervalMs, () => this.#rested());
      this.#events.onShape(shapeOf(image));
      this.#events.onPosition(image.x, image.y);
      return true;
    });
  }

  #rested(): void {
    const isStale = this.#state === 'stale';
    this.#state = 'idle';
    if (isStale) this.#read();
  }
}
