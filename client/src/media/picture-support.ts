import { mediaSourceClass } from './media-source.js';

/** What a browser may lack without which no room's picture can be shown. */
export type MissingPictureSupport = 'media-source' | 'frame-callback';

/** Whether the browser tells when a picture is on the screen; nothing else does. Firefox has it since 132. */
export function hasFrameCallback(): boolean {
  return 'requestVideoFrameCallback' in HTMLVideoElement.prototype;
}

/** What this browser lacks for the picture; null when it lacks nothing. Codecs show only with the stream. */
export function missingPictureSupport(): MissingPictureSupport | null {
  if (!mediaSourceClass()) return 'media-source';
  return hasFrameCallback() ? null : 'frame-callback';
}
