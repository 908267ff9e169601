import type { MediaMessage, VideoRendition } from '../../../signaling/protocol/media-message.js';
import { sampleMessage } from '../pipeline/media-messages.js';

type FrameCallback = (now: number, metadata: { readonly mediaTime: number }) => void;

/** A video element, as far as the player looks at it; it shows frames when a test says so. */
export class FakeVideo extends EventTarget {
  /** The order in which it was made ready: a managed source opens only after `disableRemotePlayback`. */
  readonly log: string[] = [];
  currentTime = 0;
  playbackRate = 1;
  #onFrame: FrameCallback | null = null;
  #remote = false;
  #src = '';

  get disableRemotePlayback(): boolean {
    return this.#remote;
  }

  set disableRemotePlayback(isDisabled: boolean) {
    this.#remote = isDisabled;
    this.log.push('disableRemotePlayback');
  }

  get src(): string {
    return this.#src;
  }

  set src(url: string) {
    this.#src = url;
    this.log.push('src');
  }

  play(): Promise<void> {
    return Promise.resolve();
  }

  requestVideoFrameCallback(callback: FrameCallback): number {
    this.#onFrame = callback;
    return 1;
  }

  cancelVideoFrameCallback(): void {
    this.#onFrame = null;
  }

  /** Shows the frame at this time of the element's. */
  show(mediaTime: number): void {
    this.#onFrame?.(0, { mediaTime });
  }
}

/** The smallest init segment with a codec in it. */
export const initOf = (level = 0x1f, rendition: VideoRendition = 'main'): MediaMessage =>
  sampleMessage(
    { kind: 'init', track: 'video', rendition },
    `\0\0\0\x0favcC\x01\x64\0${String.fromCharCode(level)}`,
  ).message;
