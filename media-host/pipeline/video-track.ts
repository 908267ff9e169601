import type { RoomSpec } from '../../signaling/protocol/room.js';
import { systemClock } from '../supervision/clock.js';

import { CapturePacer } from './capture/capture-pacer.js';
import { ScreenCapture } from './capture/screen-capture.js';
import type { XDisplay } from './capture/x-display.js';
import { Picture } from './encoder/picture.js';
import { VideoEncoder } from './encoder/video-encoder.js';
import { Fragmenter } from './fragmenter/fragmenter.js';
import { KeyFrameSchedule } from './key-frame-schedule.js';

export interface VideoTrackEvents {
  readonly onMessage: (encoded: Uint8Array<ArrayBuffer>) => void;
  readonly onFailure: (error: Error) => void;
}

/** A picture larger than this may have been cut short by the bit budget and is worth refining. */
const refinedSizeBytes = 1200;
/** An end to refining, should a picture never get small. */
const maxRefinements = 30;

/** From the screen to media messages: capture, encoder and fragmenter of the picture, one frame at a time. */
export class VideoTrack {
  readonly initMessage: Uint8Array<ArrayBuffer>;
  readonly #screen: ScreenCapture;
  readonly #picture: Picture;
  readonly #encoder: VideoEncoder;
  readonly #fragmenter: Fragmenter;
  readonly #events: VideoTrackEvents;
  readonly #pacer: CapturePacer;
  readonly #keyFrames: KeyFrameSchedule;
  #refinements = 0;

  private constructor(
    spec: RoomSpec,
    screen: ScreenCapture,
    encoder: VideoEncoder,
    events: VideoTrackEvents,
  ) {
    this.#screen = screen;
    this.#encoder = encoder;
    this.#events = events;
    this.#picture = new Picture(screen.width, screen.height);
    this.#fragmenter = Fragmenter.forVideo(screen, spec.framesPerSecond, encoder.configuration);
    this.initMessage = this.#fragmenter.initMessage;
    this.#pacer = new CapturePacer(spec.framesPerSecond, () => void this.#captureOne());
    this.#keyFrames = new KeyFrameSchedule(() => this.#pacer.change(), systemClock);
  }

  /** @throws Error when the display or the encoder cannot be used */
  static async open(
    spec: RoomSpec,
    display: XDisplay,
    events: VideoTrackEvents,
  ): Promise<VideoTrack> {
    const changes = { listener: (): void => undefined };
    const screen = await ScreenCapture.open(display, () => changes.listener());
    const encoder = await VideoEncoder.open({
      width: screen.width,
      height: screen.height,
      framesPerSecond: spec.framesPerSecond,
      bitrateKbps: spec.videoBitrateKbps,
    });
    const track = new VideoTrack(spec, screen, encoder, events);
    changes.listener = () => track.#onChange();
    return track;
  }

  /** Starts with a key frame of the screen as it is. */
  start(): void {
    this.#keyFrames.reset();
    this.#pacer.start();
    this.#onChange();
  }

  stop(): void {
    this.#pacer.stop();
  }

  requestKeyFrame(): void {
    this.#keyFrames.request();
  }

  #onChange(): void {
    this.#refinements = 0;
    this.#pacer.change();
  }

  async #captureOne(): Promise<void> {
    try {
      const { pixels, changedRows, captureTimeMs } = await this.#screen.capture();
      this.#picture.update(pixels, changedRows);
      const unit = await this.#encoder.encode(this.#picture.frame, this.#keyFrames.isDue());
      if (unit.keyFrame) this.#keyFrames.made();
      this.#events.onMessage(this.#fragmenter.fragment(unit.sample, unit.keyFrame, captureTimeMs));
      this.#refine(unit.sample.length);
      this.#pacer.captured();
    } catch (error) {
      this.#events.onFailure(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /* The same picture encoded again spends its bits on what the budget left coarse. */
  #refine(sizeBytes: number): void {
    if (sizeBytes <= refinedSizeBytes || this.#refinements >= maxRefinements) return;
    this.#refinements += 1;
    this.#pacer.change();
  }
}
