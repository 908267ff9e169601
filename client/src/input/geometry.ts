/*
 * Where the desktop's picture lies in the page, and which desktop pixel lies under a point.
 * CSS pixels unless a name says otherwise.
 */

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** An element's box, as `getBoundingClientRect` gives it. */
export interface Box extends Size {
  readonly left: number;
  readonly top: number;
}

/** A point on the desktop, and whether the picture (not the letterbox beside it) lay under it. */
export interface DesktopPoint extends Point {
  readonly onPicture: boolean;
}

/** A picture this little larger than life is shown at its own size: text stays sharp. */
const snapToLifeSizeBelow = 1.08;

/**
 * The largest size with the desktop's aspect that fits into `space`. Where that is nearly one
 * screen pixel to one desktop pixel, exactly that, because scaling by a few percent only blurs.
 * @param devicePixelRatio screen pixels per CSS pixel
 */
export function fitPicture(desktop: Size, space: Size, devicePixelRatio: number): Size {
  if (desktop.width <= 0 || desktop.height <= 0) return { width: 0, height: 0 };
  const largest = Math.min(space.width / desktop.width, space.height / desktop.height);
  const lifeSize = 1 / devicePixelRatio;
  const snaps = largest >= lifeSize && largest < lifeSize * snapToLifeSizeBelow;
  const scale = Math.max(0, snaps ? lifeSize : largest);
  return { width: desktop.width * scale, height: desktop.height * scale };
}

/**
 * Maps a point of the page to the desktop pixel shown there by an element with
 * `object-fit: contain`. Points outside the picture map to the nearest pixel of its edge.
 * @returns null while the element has no picture or no size
 */
export function toDesktopPoint(point: Point, element: Box, desktop: Size): DesktopPoint | null {
  if (desktop.width <= 0 || desktop.height <= 0) return null;
  const scale = Math.min(element.width / desktop.width, element.height / desktop.height);
  if (!(scale > 0)) return null;
  const left = element.left + (element.width - desktop.width * scale) / 2;
  const top = element.top + (element.height - desktop.height * scale) / 2;
  const x = Math.floor((point.x - left) / scale);
  const y = Math.floor((point.y - top) / scale);
  return {
    x: clamp(x, desktop.width - 1),
    y: clamp(y, desktop.height - 1),
    onPicture: x >= 0 && y >= 0 && x < desktop.width && y < desktop.height,
  };
}

function clamp(value: number, highest: number): number {
  return Math.min(highest, Math.max(0, value));
}
