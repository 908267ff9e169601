import type { Ref } from 'vue';

import type { Input } from '../../../signaling/protocol/viewer-messages.js';
import { toDesktopPoint } from '../input/geometry.js';
import type { DesktopPoint, Point, Size } from '../input/geometry.js';
import { toButtonMask } from '../input/pointer-buttons.js';
import { PointerStream } from '../input/pointer-stream.js';
import { TouchGestures } from '../input/touch-gestures.js';
import { WheelClicks } from '../input/wheel-clicks.js';

import { useListener } from './use-listener.js';

interface DesktopPointerOptions {
  readonly picture: Readonly<Ref<HTMLElement | null>>;
  readonly desktop: Readonly<Ref<Size | null>>;
  /** Input counts: this member has control and sees the desktop. */
  readonly active: Readonly<Ref<boolean>>;
  readonly send: (input: Input) => void;
  /** A button or finger went down on the picture. */
  readonly onPress: () => void;
}

interface DesktopPointer {
  /** Forgets all buttons and fingers that are down, without a message. */
  readonly reset: () => void;
}

/** Sends what mouse, pen and fingers do on the picture to the desktop. */
export function useDesktopPointer(options: DesktopPointerOptions): DesktopPointer {
  const { picture, desktop, active, send, onPress } = options;
  const stream = new PointerStream(send, (callback) => {
    const frame = requestAnimationFrame(callback);
    return () => cancelAnimationFrame(frame);
  });
  const wheel = new WheelClicks();
  let isPressed = false;

  const locate = (point: Point): DesktopPoint | null => {
    const box = picture.value?.getBoundingClientRect();
    return box && desktop.value ? toDesktopPoint(point, box, desktop.value) : null;
  };
  const at = (point: Point, act: (desktopPoint: DesktopPoint) => void): void => {
    const found = locate(point);
    if (found) act(found);
  };
  const scroll = (point: Point, deltaX: number, deltaY: number, deltaMode: number): void => {
    const clicks = wheel.turn({ deltaX, deltaY, deltaMode });
    if (clicks) at(point, (found) => stream.wheel(found, clicks));
  };

  const touch = new TouchGestures(
    {
      move: (point) => at(point, (found) => stream.move(found)),
      press: (point, buttons) => at(point, (found) => stream.press(found, buttons)),
      scroll: (point, deltaX, deltaY) => scroll(point, deltaX, deltaY, WheelEvent.DOM_DELTA_PIXEL),
    },
    (callback, delayMs) => {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
  );

  const listen = <K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (event: HTMLElementEventMap[K]) => void,
  ): void =>
    useListener(
      picture,
      type,
      (event) => {
        if (active.value) listener(event);
      },
      { passive: false },
    );

  listen('pointerdown', (event) => {
    const point = pointOf(event);
    const found = locate(point);
    if (!found?.onPicture) return;
    event.preventDefault();
    onPress();
    picture.value?.setPointerCapture(event.pointerId);
    if (event.pointerType === 'touch') {
      touch.down(event.pointerId, point);
      return;
    }
    isPressed = true;
    stream.press(found, toButtonMask(event.buttons));
  });

  listen('pointermove', (event) => {
    if (event.pointerType === 'touch') {
      touch.move(event.pointerId, pointOf(event));
      return;
    }
    at(pointOf(event), (found) => {
      // Further buttons come as moves; buttons that went down elsewhere are none of the desktop's.
      const buttons = isPressed ? toButtonMask(event.buttons) : 0;
      if (buttons === stream.buttons) stream.move(found);
      else stream.press(found, buttons);
    });
  });

  const lift = (event: PointerEvent): void => {
    if (event.pointerType === 'touch') {
      touch.up(event.pointerId);
      return;
    }
    if (!isPressed) return;
    isPressed = false;
    at(pointOf(event), (found) => stream.press(found, 0));
  };
  listen('pointerup', lift);
  listen('pointercancel', (event) => {
    lift(event);
    touch.reset();
  });

  listen('wheel', (event) => {
    event.preventDefault();
    // Firefox reports lines only to those who read the mode first.
    const { deltaMode } = event;
    scroll(pointOf(event), event.deltaX, event.deltaY, deltaMode);
  });

  // The browser's own answers: menu, text selection, autoscroll, going back in history.
  for (const type of ['contextmenu', 'mousedown', 'mouseup', 'auxclick', 'dragstart'] as const) {
    listen(type, (event) => event.preventDefault());
  }

  return {
    reset(): void {
      isPressed = false;
      stream.reset();
      touch.reset();
    },
  };
}

function pointOf(event: MouseEvent): Point {
  return { x: event.clientX, y: event.clientY };
}
