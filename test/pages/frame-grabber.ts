import { readBarcode } from '../tools/barcode.js';
import { lumaOf } from '../tools/luma.js';
import type { GrabbedFrame } from '../tools/page-api.js';

import { readingContext, videoAt, wallClockMs } from './video.js';

/** Larger pieces overflow the stack of String.fromCharCode. */
const pieceSizeBytes = 0x8000;

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += pieceSizeBytes) {
    text += String.fromCharCode(...bytes.subarray(at, at + pieceSizeBytes));
  }
  return btoa(text);
}

interface RawFrame {
  readonly grabbedAtMs: number;
  readonly stamp: number | null;
  readonly image: ImageData;
}

function grabRaw(video: HTMLVideoElement, desktopWidth: number): RawFrame {
  const grabbedAtMs = wallClockMs();
  const { videoWidth: width, videoHeight: height } = video;
  const context = readingContext(width, height);
  context.drawImage(video, 0, 0);
  const image = context.getImageData(0, 0, width, height);
  const stamp = readBarcode(image, width / desktopWidth);
  return { stamp, grabbedAtMs, image };
}

function packed({ image, stamp, grabbedAtMs }: RawFrame): GrabbedFrame {
  const { width, height, data } = image;
  const luma = lumaOf({ width, height, order: 'rgba', data: new Uint8Array(data.buffer) });
  return { stamp, grabbedAtMs, width, height, luma: base64(luma.data) };
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
