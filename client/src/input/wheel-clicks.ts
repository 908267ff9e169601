/** What is read of a `WheelEvent`. `deltaMode`: 0 pixels, 1 lines, 2 pages. */
export interface WheelTurn {
  readonly deltaX: number;
  readonly deltaY: number;
  readonly deltaMode: number;
}

export interface WheelClickCount {
  readonly deltaX: number;
  readonly deltaY: number;
}

/** What one wheel click of X11 scrolls in common toolkits, so that the desktop follows the fingers. */
const pixelsPerClick = 60;
const pixelsPerLine = 20;
const pixelsPerPage = 600;

/** The most clicks one message may carry. */
const maxClicks = 20;

/** Turns a stream of wheel turns of any fineness into whole wheel clicks, keeping the remainder. */
export class WheelClicks {
  #remainderX = 0;
  #remainderY = 0;

  /** @returns the clicks that are due, or null when the turns so far do not make one */
  turn(event: WheelTurn): WheelClickCount | null {
    const unit = [1, pixelsPerLine, pixelsPerPage][event.deltaMode] ?? 1;
    this.#remainderX = accumulate(this.#remainderX, event.deltaX * unit);
    this.#remainderY = accumulate(this.#remainderY, event.deltaY * unit);
    const deltaX = wholeClicks(this.#remainderX);
    const deltaY = wholeClicks(this.#remainderY);
    this.#remainderX = keepBelowOneClick(this.#remainderX);
    this.#remainderY = keepBelowOneClick(this.#remainderY);
    return deltaX === 0 && deltaY === 0 ? null : { deltaX, deltaY };
  }
}

/** A turn the other way starts afresh: what is left of the old direction must not delay it. */
function accumulate(remainder: number, pixels: number): number {
  return remainder * pixels < 0 ? pixels : remainder + pixels;
}

function wholeClicks(pixels: number): number {
  const clicks = Math.trunc(pixels / pixelsPerClick);
  // `+ 0` turns -0 into 0.
  return Math.max(-maxClicks, Math.min(maxClicks, clicks)) + 0;
}

function keepBelowOneClick(pixels: number): number {
  return pixels % pixelsPerClick;
}
