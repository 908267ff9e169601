/*
 * What can be painted. Every scene carries the barcode and is a function of its stamp alone, so
 * that a picture read back can be compared with the same scene painted again at the same stamp.
 *
 * - `busy`: moving rectangles and scrolling text, a desktop at work
 * - `text`: a still page of 10 pt text
 * - `motion`: every pixel moves: the page of text scrolls beside a film
 */
export const scenes = ['busy', 'text', 'motion'] as const;
export type Scene = (typeof scenes)[number];

/** Parent to painter. */
export type PainterCommand =
  | { readonly type: 'show'; readonly scene: Scene; readonly framesPerSecond: number }
  /** Paints one frame and leaves it; without a stamp, of the present moment. */
  | { readonly type: 'hold'; readonly scene: Scene; readonly stamp: number | null };

/** Painter to parent. */
export type PainterEvent =
  | { readonly type: 'ready' }
  /** The X server has processed the first frame that a command asked for. */
  | { readonly type: 'painted'; readonly stamp: number };
