import { encodeMediaMessage } from '../../../signaling/protocol/media-message.js';
import type {
  MediaTrack,
  Rendition,
  VideoRendition,
} from '../../../signaling/protocol/media-message.js';
import type { VideoConfiguration } from '../encoder/video-encoder.js';

import { avc1, avcC, fragment, ftyp, moov, mp4a, opus, trak } from './boxes.js';

interface TrackTiming {
  readonly track: Exclude<MediaTrack, 'none'>;
  readonly rendition: Rendition;
  /** Ticks a second of the media timeline. */
  readonly timescale: number;
  /** Ticks of each sample; every sample of a track lasts equally long. */
  readonly sampleDuration: number;
}

/**
 * Turns one track's samples into media messages: the init segment, then one fragment a sample.
 *
 * The media timeline has no gaps: each sample follows the one before, however long the wall clock
 * ran between them. A browser treats a hole in the timeline as a discontinuity and waits for a key
 * frame; a screen that stood still must not cost that. The capture time travels in the message
 * header instead.
 */
export class Fragmenter {
  readonly initMessage: Uint8Array<ArrayBuffer>;
  readonly #timing: TrackTiming;
  #sequence = 0;
  #decodeTime = 0n;

  private constructor(timing: TrackTiming, initSegment: Buffer) {
    this.#timing = timing;
    this.initMessage = encodeMediaMessage(
      {
        kind: 'init',
        track: timing.track,
        rendition: timing.rendition,
        keyFrame: false,
        gap: false,
        sequence: 0,
        captureTimeMs: 0,
        decodeTimeSeconds: 0,
        durationUs: 0,
      },
      initSegment,
    );
  }

  static forVideo(
    rendition: VideoRendition,
    size: { readonly width: number; readonly height: number },
    framesPerSecond: number,
    { sequenceParameterSet, pictureParameterSet }: VideoConfiguration,
  ): Fragmenter {
    const timing = {
      track: 'video',
      rendition,
      timescale: framesPerSecond * 1000,
      sampleDuration: 1000,
    } as const;
    const sampleEntry = avc1(
      size.width,
      size.height,
      avcC(sequenceParameterSet, pictureParameterSet),
    );
    const track = trak({ handler: 'vide', timescale: timing.timescale, ...size, sampleEntry });
    return new Fragmenter(timing, Buffer.concat([ftyp(), moov(track)]));
  }

  static forSound(
    sampleRate: number,
    channels: number,
    samplesPerPacket: number,
    preSkip: number,
  ): Fragmenter {
    const sampleEntry = opus(channels, sampleRate, preSkip);
    return Fragmenter.#forSound('main', sampleRate, samplesPerPacket, sampleEntry);
  }

  /** @param configuration AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1) */
  static forCompatibleSound(
    sampleRate: number,
    channels: number,
    samplesPerAccessUnit: number,
    configuration: Uint8Array,
  ): Fragmenter {
    const sampleEntry = mp4a(channels, sampleRate, configuration);
    return Fragmenter.#forSound('compatible', sampleRate, samplesPerAccessUnit, sampleEntry);
  }

  static #forSound(
    rendition: Rendition,
    timescale: number,
    sampleDuration: number,
    sampleEntry: Buffer,
  ): Fragmenter {
    const timing = { track: 'audio', rendition, timescale, sampleDuration } as const;
    const track = trak({
      handler: 'soun',
      timescale,
      width: 0,
      height: 0,
      sampleEntry,
    });
    return new Fragmenter(timing, Buffer.concat([ftyp(), moov(track)]));
  }

  /** @param captureTimeMs when the sample was on the desktop, ms since the Unix epoch */
  fragment(data: Uint8Array, keyFrame: boolean, captureTimeMs: number): Uint8Array<ArrayBuffer> {
    const { track, rendition, timescale, sampleDuration } = this.#timing;
    this.#sequence = (this.#sequence + 1) >>> 0;
    const decodeTime = this.#decodeTime;
    this.#decodeTime += BigInt(sampleDuration);
    return encodeMediaMessage(
      {
        kind: 'fragment',
        track,
        rendition,
        keyFrame,
        gap: false,
        sequence: this.#sequence,
        captureTimeMs,
        decodeTimeSeconds: Number(decodeTime) / timescale,
        durationUs: Math.round((sampleDuration * 1e6) / timescale),
      },
      fragment({ sequence: this.#sequence, decodeTime, duration: sampleDuration, keyFrame, data }),
    );
  }
}
