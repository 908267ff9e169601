import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PICTURE_TYPE_I,
  AV_PICTURE_TYPE_NONE,
  AV_PIX_FMT_YUV420P,
  AVCOL_PRI_BT709,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_SMPTE170M,
  AVCOL_TRC_BT709,
  AVERROR_EAGAIN,
  FF_ENCODER_LIBX264,
} from 'node-av/constants';
import { Codec, CodecContext, Dictionary, FFmpegError, Packet, Rational } from 'node-av/lib';
import type { Frame } from 'node-av/lib';

import { joinLengthPrefixed, nalTypeOf, nalUnitType, splitAnnexB } from './annex-b.js';

export interface VideoEncoderOptions {
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
  readonly bitrateKbps: number;
}

/** One access unit, as an MP4 sample. */
export interface AccessUnit {
  readonly sample: Buffer;
  readonly keyFrame: boolean;
}

/** Parameter sets of the stream, as `avcC` wants them. */
export interface VideoConfiguration {
  readonly sequenceParameterSet: Buffer;
  readonly pictureParameterSet: Buffer;
}

/** Quality aimed at while the bit budget allows: text is free of visible artefacts. */
const constantRateFactor = 19;
/** Bits the encoder may run ahead of its rate, in frames: keeps each frame small enough to send at once. */
const bufferedFrames = 3;
/** An upper bound only: key frames are asked for; the pipeline asks at least every 20 s. */
const maxGroupSeconds = 60;

/**
 * H.264 in software (x264 through FFmpeg), set for least delay: no B-frames, no look-ahead,
 * sliced threads, each picture out before the next goes in.
 */
export class VideoEncoder {
  readonly configuration: VideoConfiguration;
  readonly #context: CodecContext;
  readonly #framesPerSecond: number;
  readonly #packet = new Packet();
  #pictures = 0n;

  private constructor(context: CodecContext, framesPerSecond: number) {
    this.#context = context;
    this.#framesPerSecond = framesPerSecond;
    this.#packet.alloc();
    const units = splitAnnexB(context.extraData ?? Buffer.alloc(0));
    const sequenceParameterSet = units.find((unit) => nalTypeOf(unit) === nalUnitType.sps);
    const pictureParameterSet = units.find((unit) => nalTypeOf(unit) === nalUnitType.pps);
    if (!sequenceParameterSet || !pictureParameterSet) {
      throw new Error('the encoder gave no parameter sets');
    }
    // The extra data belongs to the encoder; the configuration outlives it.
    this.configuration = {
      sequenceParameterSet: Buffer.from(sequenceParameterSet),
      pictureParameterSet: Buffer.from(pictureParameterSet),
    };
  }

  /** @throws FFmpegError when the encoder does not take the options */
  static async open(options: VideoEncoderOptions): Promise<VideoEncoder> {
    const codec = Codec.findEncoderByName(FF_ENCODER_LIBX264);
    if (!codec) throw new Error('this FFmpeg build has no libx264');
    const { framesPerSecond } = options;
    const context = new CodecContext();
    context.allocContext3(codec);
    context.width = options.width;
    context.height = options.height;
    context.pixelFormat = AV_PIX_FMT_YUV420P;
    context.timeBase = new Rational(1, framesPerSecond);
    context.framerate = new Rational(framesPerSecond, 1);
    context.gopSize = framesPerSecond * maxGroupSeconds;
    context.maxBFrames = 0;
    context.threadCount = 2;
    setRate(context, options);
    context.colorRange = AVCOL_RANGE_MPEG;
    context.colorSpace = AVCOL_SPC_SMPTE170M;
    context.colorPrimaries = AVCOL_PRI_BT709;
    context.colorTrc = AVCOL_TRC_BT709;
    context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
    const opened = await context.open2(codec, encoderOptions());
    FFmpegError.throwIfError(opened, 'open libx264');
    return new VideoEncoder(context, framesPerSecond);
  }

  /**
   * Encodes one picture. Calls must not overlap.
   * @returns the access unit; x264 gives one for each picture with these settings
   */
  async encode(frame: Frame, keyFrame: boolean): Promise<AccessUnit> {
    frame.pts = this.#pictures;
    this.#pictures += 1n;
    frame.pictType = keyFrame ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    FFmpegError.throwIfError(await this.#context.sendFrame(frame), 'encode picture');
    const received = this.#context.receivePacketSync(this.#packet);
    if (received === AVERROR_EAGAIN) throw new Error('the encoder held a picture back');
    FFmpegError.throwIfError(received, 'receive access unit');
    const units = splitAnnexB(this.#packet.data ?? Buffer.alloc(0));
    const sample = joinLengthPrefixed(units.filter((unit) => nalTypeOf(unit) !== nalUnitType.sei));
    const unit = { sample, keyFrame: this.#packet.isKeyframe };
    this.#packet.unref();
    return unit;
  }

  /** Changes the upper bound of what is spent; x264 takes it over with the next picture. */
  setBitrate(bitrateKbps: number): void {
    setRate(this.#context, { bitrateKbps, framesPerSecond: this.#framesPerSecond });
  }

  close(): void {
    this.#packet.free();
    this.#context.freeContext();
  }
}

function setRate(
  context: CodecContext,
  { bitrateKbps, framesPerSecond }: Pick<VideoEncoderOptions, 'bitrateKbps' | 'framesPerSecond'>,
): void {
  context.rcMaxRate = BigInt(bitrateKbps * 1000);
  context.rcBufferSize = Math.round((bitrateKbps * 1000 * bufferedFrames) / framesPerSecond);
}

function encoderOptions(): Dictionary {
  return Dictionary.fromObject({
    preset: 'superfast',
    tune: 'zerolatency',
    profile: 'high',
    crf: String(constantRateFactor),
    'forced-idr': '1',
    'x264-params': 'sliced-threads=1:scenecut=0',
  });
}
