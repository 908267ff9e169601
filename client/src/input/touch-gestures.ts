import type { Point } from './geometry.js';
import { leftButton, rightButton } from './pointer-buttons.js';

/** What gestures turn into. Points in CSS pixels of the page; scroll distances too, down and right positive. */
export interface GestureSink {
  move(point: Point): void;
  press(point: Point, buttons: number): void;
  scroll(point: Point, deltaX: number, deltaY: number): void;
}

/** Runs a callback after a delay in milliseconds; @returns a function that calls it off. */
export type ScheduleDelay = (callback: () => void, delayMs: number) => () => void;

/**
 * - `idle`: no finger down
 * - `pending`: one finger down, may become any gesture
 * - `dragging`: the finger moved and holds the left button
 * - `scrolling`: two fingers
 * - `spent`: the gesture is over, fingers are still down
 */
type GestureState = 'idle' | 'pending' | 'dragging' | 'scrolling' | 'spent';

const longPressMs = 500;
const tapRadius = 10;

/** One finger: tap to click, hold for the right button, move to drag. Two fingers: scroll. */
export class TouchGestures {
  #state: GestureState = 'idle';
  readonly #fingers = new Map<number, Point>();
  #start: Point = { x: 0, y: 0 };
  #cancelLongPress: (() => void) | null = null;

  constructor(
    private readonly sink: GestureSink,
    private readonly scheduleDelay: ScheduleDelay,
  ) {}

  down(finger: number, point: Point): void {
    // Fingers that join a gesture under way have no part in it.
    if (this.#state !== 'idle' && this.#state !== 'pending') return;
    this.#fingers.set(finger, point);
    if (this.#state === 'idle') {
      this.#state = 'pending';
      this.#start = point;
      this.#cancelLongPress = this.scheduleDelay(() => this.#rightClick(), longPressMs);
    } else {
      this.#stopLongPress();
      this.#state = 'scrolling';
      this.#start = this.#middle();
    }
  }

  move(finger: number, point: Point): void {
    if (!this.#fingers.has(finger)) return;
    const before = this.#middle();
    this.#fingers.set(finger, point);
    if (this.#state === 'pending' && distance(this.#start, point) > tapRadius) {
      this.#stopLongPress();
      this.#state = 'dragging';
      this.sink.press(this.#start, leftButton);
    }
    if (this.#state === 'dragging') this.sink.move(point);
    if (this.#state === 'scrolling') {
      const now = this.#middle();
      // The content follows the fingers, so the wheel turns the other way.
      this.sink.scroll(this.#start, before.x - now.x, before.y - now.y);
    }
  }

  up(finger: number): void {
    const point = this.#fingers.get(finger);
    if (!point) return;
    this.#fingers.delete(finger);
    this.#stopLongPress();
    if (this.#state === 'pending') {
      this.sink.press(point, leftButton);
      this.sink.press(point, 0);
    }
    if (this.#state === 'dragging') this.sink.press(point, 0);
    this.#state = this.#fingers.size === 0 ? 'idle' : 'spent';
  }

  /** Ends every gesture without a click; a held button is left for the caller to release. */
  reset(): void {
    this.#stopLongPress();
    this.#fingers.clear();
    this.#state = 'idle';
  }

  #rightClick(): void {
    this.#cancelLongPress = null;
    this.#state = 'spent';
    this.sink.press(this.#start, rightButton);
    this.sink.press(this.#start, 0);
  }

  #stopLongPress(): void {
    this.#cancelLongPress?.();
    this.#cancelLongPress = null;
  }

  #middle(): Point {
    const points = [...this.#fingers.values()];
    const sum = points.reduce((total, point) => ({ x: total.x + point.x, y: total.y + point.y }), {
      x: 0,
      y: 0,
    });
    return { x: sum.x / points.length, y: sum.y / points.length };
  }
}

function distance(from: Point, to: Point): number {
  return Math.hypot(to.x - from.x, to.y - from.y);
}
