import type { Frame } from 'node-av/lib';

import type { VideoRendition as RenditionName } from '../../signaling/protocol/media-message.js';
import type { RoomSpec } from '../../signaling/protocol/room.js';

import type { Demand } from './broadcast/upstream.js';
import { CapturePacer } from './capture/capture-pacer.js';
import { ScreenCapture } from './capture/screen-capture.js';
import type { XDisplay } from './capture/x-display.js';
import { Picture } from './encoder/picture.js';
import { ScaledPicture } from './encoder/scaled-picture.js';
import { RateController, type RateBounds } from './rate-controller.js';
import { VideoRendition } from './video-rendition.js';

export interface VideoTrackEvents {
  readonly onMessage: (encoded: Uint8Array<ArrayBuffer>) => void;
  /** A rendition is encoded no more: nobody needs it. */
  readonly onPause: (rendition: RenditionName) => void;
  readonly onBitrate: (rendition: RenditionName, bitrateKbps: number) => void;
  readonly onFailure: (error: Error) => void;
}

/** A picture larger than this may have been cut short by the bit budget and is worth refining. */
const refinedSizeBytes = 1300;
/** An end to refining, should a picture never get small. */
const maxRefinements = 30;
/** The small rendition is this much narrower and lower than the desktop. */
const smallDivisor = 2;
/** Bounds of the small rendition, kilobits a second: what half a megabit carries beside the sound, and what looks good. */
const smallBitrateKbps: RateBounds = { min: 250, start: 600, max: 900 };

interface Size {
  readonly width: number;
  readonly height: number;
}

const names = ['main', 'small'] as const;

type Each<T> = Readonly<Record<RenditionName, T>>;

/**
 * From the screen to media messages: captures one picture at a time and encodes it once for each
 * rendition that somebody needs.
 */
export class VideoTrack {
  readonly #screen: ScreenCapture;
  readonly #picture: Picture;
  readonly #smallPicture: ScaledPicture;
  readonly #renditions: Each<VideoRendition>;
  readonly #rates: Each<RateController>;
  readonly #events: VideoTrackEvents;
  readonly #pacer: CapturePacer;
  #refinements = 0;

  private constructor(
    screen: ScreenCapture,
    renditions: Each<VideoRendition>,
    rates: Each<RateController>,
    framesPerSecond: number,
    events: VideoTrackEvents,
  ) {
    this.#screen = screen;
    this.#renditions = renditions;
    this.#rates = rates;
    this.#events = events;
    this.#picture = new Picture(screen.width, screen.height);
    const { width, height } = smallSizeOf(screen);
    this.#smallPicture = new ScaledPicture(this.#picture.frame, width, height);
    this.#pacer = new CapturePacer(framesPerSecond, () => void this.#captureOne());
  }

  /** @throws Error when the display or an encoder cannot be used */
  static async open(
    spec: RoomSpec,
    display: XDisplay,
    events: VideoTrackEvents,
  ): Promise<VideoTrack> {
    const { framesPerSecond, videoBitrateKbps: max, videoBitrateMinKbps: min } = spec;
    const listeners = { change: (): void => undefined, keyFrameDue: (): void => undefined };
    const screen = await ScreenCapture.open(display, () => listeners.change());
    const bounds: Each<RateBounds> = {
      main: { min: Math.min(min, max), start: max, max },
      small: smallBitrateKbps,
    };
    const open = (name: RenditionName, size: Size): Promise<VideoRendition> => {
      const options = { ...size, framesPerSecond, bitrateKbps: bounds[name].start };
      return VideoRendition.open(name, options, () => listeners.keyFrameDue());
    };
    const renditions = {
      main: await open('main', { width: screen.width, height: screen.height }),
      small: await open('small', smallSizeOf(screen)),
    };
    const control = (name: RenditionName): RateController =>
      new RateController(bounds[name], (bitrateKbps) => {
        renditions[name].bitrateKbps = bitrateKbps;
        events.onBitrate(name, bitrateKbps);
      });
    const rates = { main: control('main'), small: control('small') };
    const track = new VideoTrack(screen, renditions, rates, framesPerSecond, events);
    listeners.change = () => track.#onChange();
    listeners.keyFrameDue = () => track.#pacer.change();
    return track;
  }

  get size(): Size {
    return { width: this.#screen.width, height: this.#screen.height };
  }

  get initMessages(): readonly Uint8Array<ArrayBuffer>[] {
    return names.map((name) => this.#renditions[name].initMessage);
  }

  /** Encodes from now on what is in demand; a rendition that was not begins with a key frame. */
  setDemand(demand: Demand): void {
    for (const name of names) {
      const rendition = this.#renditions[name];
      const wasWanted = rendition.wanted;
      rendition.wanted = demand[name].receiving > 0;
      this.#rates[name].take(demand[name]);
      if (rendition.wanted && !wasWanted) this.#onChange();
      if (wasWanted && !rendition.wanted) this.#events.onPause(name);
    }
    if (names.some((name) => this.#renditions[name].wanted)) this.#pacer.start();
    else this.#pacer.stop();
  }

  requestKeyFrame(name: RenditionName): void {
    this.#renditions[name].requestKeyFrame();
  }

  #onChange(): void {
    this.#refinements = 0;
    this.#pacer.change();
  }

  async #captureOne(): Promise<void> {
    try {
      const { pixels, changedRows, captureTimeMs } = await this.#screen.capture();
      this.#picture.update(pixels, changedRows);
      const { main, small } = this.#renditions;
      let sizeBytes = 0;
      if (main.wanted) sizeBytes = await this.#encode(main, this.#picture.frame, captureTimeMs);
      if (small.wanted) {
        this.#smallPicture.update();
        const smallBytes = await this.#encode(small, this.#smallPicture.frame, captureTimeMs);
        sizeBytes = Math.max(sizeBytes, smallBytes);
      }
      this.#refine(sizeBytes);
      this.#pacer.captured();
    } catch (error) {
      this.#events.onFailure(error instanceof Error ? error : new Error(String(error)));
    }
  }

  async #encode(rendition: VideoRendition, frame: Frame, captureTimeMs: number): Promise<number> {
    const message = await rendition.encode(frame, captureTimeMs);
    this.#events.onMessage(message);
    return message.length;
  }

  /* The same picture encoded again spends its bits on what the budget left coarse. */
  #refine(sizeBytes: number): void {
    if (sizeBytes <= refinedSizeBytes || this.#refinements >= maxRefinements) return;
    this.#refinements += 1;
    this.#pacer.change();
  }
}

/* 4:2:0 needs even sides. */
function smallSizeOf({ width, height }: Size): Size {
  const half = (length: number): number => Math.max(2, 2 * Math.round(length / (2 * smallDivisor)));
  return { width: half(width), height: half(height) };
}
