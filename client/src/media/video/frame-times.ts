const maxFrames = 256;

/** Remembers when the frames in the buffer were on the desktop, so that a shown one's age is known. */
export class FrameTimes {
  readonly #frames: { readonly mediaTime: number; readonly captureTimeMs: number }[] = [];

  /** @param mediaTime start of the frame on the element's timeline, seconds */
  add(mediaTime: number, captureTimeMs: number): void {
    this.#frames.push({ mediaTime, captureTimeMs });
    if (this.#frames.length > maxFrames) this.#frames.shift();
  }

  /** The host's time of capture of the frame shown at `mediaTime`, or null when it is not remembered. */
  captureTimeOf(mediaTime: number, toleranceSeconds: number): number | null {
    for (let index = this.#frames.length - 1; index >= 0; index -= 1) {
      const frame = this.#frames[index];
      if (frame && Math.abs(frame.mediaTime - mediaTime) <= toleranceSeconds) {
        return frame.captureTimeMs;
      }
    }
    return null;
  }

  clear(): void {
    this.#frames.length = 0;
  }
}
