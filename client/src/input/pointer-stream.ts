import type { Input } from '../../../signaling/protocol/viewer-messages.js';

import type { Point } from './geometry.js';
import type { WheelClickCount } from './wheel-clicks.js';

/** Runs a callback before the next picture is painted; @returns a function that calls it off. */
export type ScheduleFrame = (callback: () => void) => () => void;

/**
 * Sends pointer input in the order in which it happened, with at most one move per animation
 * frame: the first move of a frame goes at once, later ones collapse into the last. A button or
 * wheel event goes at once and carries its own position, so a move still waiting is dropped.
 * Coordinates are desktop pixels.
 */
export class PointerStream {
  #buttons = 0;
  #waiting: Point | null = null;
  #cancelFrame: (() => void) | null = null;

  constructor(
    private readonly send: (input: Input) => void,
    private readonly scheduleFrame: ScheduleFrame,
  ) {}

  /** Mask of X11 buttons held down. */
  get buttons(): number {
    return this.#buttons;
  }

  move(point: Point): void {
    if (this.#cancelFrame) {
      this.#waiting = point;
      return;
    }
    this.#sendPointer(point);
    this.#awaitFrame();
  }

  /** @param buttons mask of all X11 buttons that are down now */
  press(point: Point, buttons: number): void {
    this.#waiting = null;
    this.#buttons = buttons;
    this.#sendPointer(point);
  }

  wheel(point: Point, clicks: WheelClickCount): void {
    this.#waiting = null;
    this.send({ type: 'wheel', x: point.x, y: point.y, ...clicks });
  }

  /** Forgets buttons and waiting moves without sending; the caller has released them otherwise. */
  reset(): void {
    this.#buttons = 0;
    this.#waiting = null;
    this.#cancelFrame?.();
    this.#cancelFrame = null;
  }

  #awaitFrame(): void {
    this.#cancelFrame = this.scheduleFrame(() => {
      this.#cancelFrame = null;
      const point = this.#waiting;
      this.#waiting = null;
      if (!point) return;
      this.#sendPointer(point);
      this.#awaitFrame();
    });
  }

  #sendPointer(point: Point): void {
    this.send({ type: 'pointer', x: point.x, y: point.y, buttons: this.#buttons });
  }
}
