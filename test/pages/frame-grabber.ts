import { readBarcode } from '../tools/barcode.js';
import type { GrabbedFrame } from '../tools/page-api.js';

import { readingContext, videoAt, wallClockMs } from './video.js';

/** Larger pieces overflow the stack of String.fromCharCode. */
const pieceSizeBytes = 0x8000;

function base64(bytes: Uint8ClampedArray): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += pieceSizeBytes) {
    text += String.fromCharCode(...bytes.subarray(at, at + pieceSizeBytes));
  }
  return btoa(text);
}

interface RawFrame extends Omit<GrabbedFrame, 'pixels'> {
  readonly data: Uint8ClampedArray;
}

function grabRaw(video: HTMLVideoElement, desktopWidth: number): RawFrame {
  const grabbedAtMs = wallClockMs();
  const { videoWidth: width, videoHeight: height } = video;
  const context = readingContext(width, height);
  context.drawImage(video, 0, 0);
  const image = context.getImageData(0, 0, width, height);
  const stamp = readBarcode(image, width / desktopWidth);
  return { stamp, grabbedAtMs, width, height, data: image.data };
}

function packed({ data, ...frame }: RawFrame): GrabbedFrame {
  return { ...frame, pixels: base64(data) };
}

export function grabFrame(selector: string, desktopWidth: number): GrabbedFrame {
  return packed(grabRaw(videoAt(selector), desktopWidth));
}

export async function grabFrames(
  selector: string,
  desktopWidth: number,
  intervalMs: number,
  count: number,
): Promise<GrabbedFrame[]> {
  const video = videoAt(selector);
  const frames: RawFrame[] = [];
  let dueMs = performance.now();
  while (frames.length < count) {
    await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
    if (performance.now() < dueMs) continue;
    dueMs += intervalMs;
    frames.push(grabRaw(video, desktopWidth));
  }
  return frames.map(packed);
}
