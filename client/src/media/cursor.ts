/** The remote pointer's looks, ready for a stylesheet's `cursor` or an image. */
export interface CursorShape {
  /** A PNG as a data URL. */
  readonly url: string;
  /** Desktop pixels. */
  readonly width: number;
  readonly height: number;
  readonly hotspotX: number;
  readonly hotspotY: number;
}

/** A place on the desktop, in pixels. */
export interface DesktopPoint {
  readonly x: number;
  readonly y: number;
}

/** The desktop's own size in pixels, whatever the size of the pictures of it. */
export interface DesktopSize {
  readonly width: number;
  readonly height: number;
}

const shapeHeaderSizeBytes = 8;

/** Reads a `cursor` message's payload; null when it is not a shape this browser can draw. */
export function cursorShapeOf(payload: Uint8Array<ArrayBuffer>): CursorShape | null {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  if (payload.byteLength < shapeHeaderSizeBytes) return null;
  const width = view.getUint16(0, true);
  const height = view.getUint16(2, true);
  const pixels = new Uint8ClampedArray(payload.subarray(shapeHeaderSizeBytes));
  if (width === 0 || height === 0 || pixels.length !== width * height * 4) return null;
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  canvas.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0);
  return {
    url: canvas.toDataURL('image/png'),
    width,
    height,
    hotspotX: view.getUint16(4, true),
    hotspotY: view.getUint16(6, true),
  };
}

/** Reads a `pointer` message's payload; null when it is none. */
export function pointerOf(payload: Uint8Array<ArrayBuffer>): DesktopPoint | null {
  const [x, y] = pairOf(payload);
  return x === undefined || y === undefined ? null : { x, y };
}

/** Reads a `desktop` message's payload; null when it is none. */
export function desktopSizeOf(payload: Uint8Array<ArrayBuffer>): DesktopSize | null {
  const [width, height] = pairOf(payload);
  return width && height ? { width, height } : null;
}

function pairOf(payload: Uint8Array<ArrayBuffer>): number[] {
  if (payload.byteLength !== 4) return [];
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  return [view.getUint16(0, true), view.getUint16(2, true)];
}
