import type { Frame } from 'node-av/lib';

import type { VideoRendition as RenditionName } from '../../signaling/protocol/media-message.js';
import { systemClock } from '../supervision/clock.js';

import { VideoEncoder, type VideoEncoderOptions } from './encoder/video-encoder.js';
import { Fragmenter } from './fragmenter/fragmenter.js';
import { KeyFrameSchedule } from './key-frame-schedule.js';

/** One encode of the picture: its encoder, its fragments and its key frames. */
export class VideoRendition {
  readonly name: RenditionName;
  readonly initMessage: Uint8Array<ArrayBuffer>;
  readonly #encoder: VideoEncoder;
  readonly #fragmenter: Fragmenter;
  readonly #keyFrames: KeyFrameSchedule;
  #wanted = false;

  private constructor(
    name: RenditionName,
    options: VideoEncoderOptions,
    encoder: VideoEncoder,
    onKeyFrameDue: () => void,
  ) {
    this.name = name;
    this.#encoder = encoder;
    this.#fragmenter = Fragmenter.forVideo(
      name,
      options,
      options.framesPerSecond,
      encoder.configuration,
    );
    this.initMessage = this.#fragmenter.initMessage;
    this.#keyFrames = new KeyFrameSchedule(onKeyFrameDue, systemClock);
  }

  /**
   * @param onKeyFrameDue called when a key frame may be made, though nothing changed on the screen
   * @throws FFmpegError when the encoder does not take the options
   */
  static async open(
    name: RenditionName,
    options: VideoEncoderOptions,
    onKeyFrameDue: () => void,
  ): Promise<VideoRendition> {
    return new VideoRendition(name, options, await VideoEncoder.open(options), onKeyFrameDue);
  }

  /** Whether a viewer needs this rendition; it is encoded only then, beginning with a key frame. */
  get wanted(): boolean {
    return this.#wanted;
  }

  set wanted(now: boolean) {
    if (now && !this.#wanted) this.#keyFrames.reset();
    this.#wanted = now;
  }

  /** Upper bound of what the encoder spends from the next picture on. */
  set bitrateKbps(bitrateKbps: number) {
    this.#encoder.setBitrate(bitrateKbps);
  }

  requestKeyFrame(): void {
    this.#keyFrames.request();
  }

  /** Encodes one picture. Calls must not overlap. */
  async encode(frame: Frame, captureTimeMs: number): Promise<Uint8Array<ArrayBuffer>> {
    const { sample, keyFrame } = await this.#encoder.encode(frame, this.#keyFrames.isDue());
    if (keyFrame) this.#keyFrames.made();
    return this.#fragmenter.fragment(sample, keyFrame, captureTimeMs);
  }
}
