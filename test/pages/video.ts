/** Wall-clock time, ms since the Unix epoch, in fractions. */
export function wallClockMs(): number {
  return performance.timeOrigin + performance.now();
}

/** @throws Error when the document has no such video */
export function videoAt(selector: string): HTMLVideoElement {
  const element = document.querySelector(selector);
  if (!(element instanceof HTMLVideoElement)) throw new Error(`no video at ${selector}`);
  return element;
}

/** A canvas of its own to read a video's pixels from. */
export function readingContext(width: number, height: number): CanvasRenderingContext2D {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true, alpha: false });
  if (!context) throw new Error('this browser has no 2D canvas');
  return context;
}
