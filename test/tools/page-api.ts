/*
 * What test/pages/probe.ts puts into a page under test, as `shareSpaceProbe`. Times are
 * wall-clock, ms since the Unix epoch.
 */

/** One frame of the desktop, when it was first seen in the page. */
export interface SeenFrame {
  /** Its barcode. */
  readonly stamp: number;
  /** Time of the video frame callback that first showed it. */
  readonly shownAtMs: number;
  /** Of the picture in the video, pixels: a smaller rendition is narrower. */
  readonly width: number;
}

export interface FrameReport {
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** Every different frame, in order. */
  readonly frames: readonly SeenFrame[];
  /** Frames whose barcode could not be read. */
  readonly unreadable: number;
}

/** A whole frame as the page shows it. */
export interface GrabbedFrame {
  /** Null when the barcode could not be read. */
  readonly stamp: number | null;
  readonly grabbedAtMs: number;
  readonly width: number;
  readonly height: number;
  /** Luma as `lumaOf` makes it, one byte a pixel, base64. */
  readonly luma: string;
}

export interface PageApi {
  /** Starts to read the barcode of every frame a video shows. `desktopWidth` in pixels. */
  startFrames(selector: string, desktopWidth: number): void;
  stopFrames(): FrameReport;
  /** The frame a video shows now. */
  grabFrame(selector: string, desktopWidth: number): GrabbedFrame;
  /** Grabs a frame every `intervalMs`, `count` times, each in the callback that shows it. */
  grabFrames(
    selector: string,
    desktopWidth: number,
    intervalMs: number,
    count: number,
  ): Promise<GrabbedFrame[]>;
  /**
   * Waits for a video, which may not be there yet, to show frames painted later than `stamp`.
   * @returns the stamps of the first `count` different ones
   * @throws Error when it did not show so many within `timeoutMs`
   */
  framesAfter(
    selector: string,
    desktopWidth: number,
    stamp: number,
    count: number,
    timeoutMs: number,
  ): Promise<number[]>;
  /**
   * Waits for the first frame of a video that may not be there yet.
   * @returns ms from the latest click on `clickSelector` to the callback that showed the frame
   */
  firstFrameAfterClick(clickSelector: string, videoSelector: string): Promise<number>;
  /** The same for a page that needs no click: ms since it was opened. */
  firstFrame(videoSelector: string): Promise<number>;
}

export const probeName = 'shareSpaceProbe';
