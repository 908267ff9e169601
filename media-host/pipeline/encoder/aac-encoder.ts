import {
  AV_CHANNEL_LAYOUT_STEREO,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_SAMPLE_FMT_FLTP,
  AVERROR_EAGAIN,
  FF_ENCODER_AAC,
} from 'node-av/constants';
import { Codec, CodecContext, FFmpegError, Frame, Packet, Rational } from 'node-av/lib';

import { soundFormat } from './sound-encoder.js';

/** Samples of one AAC access unit (ISO/IEC 14496-3): 21 ms at 48 kHz. */
export const samplesPerAccessUnit = 1024;

const bitrateBps = 128_000;
const fullScale = 32_768;

/** AAC-LC, for browsers that play no Opus. It is two access units late by its nature. */
export class AacEncoder {
  /** AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1). */
  readonly configuration: Buffer;
  readonly #context: CodecContext;
  readonly #frame = new Frame();
  readonly #packet = new Packet();
  /** Samples of the access unit that is being filled, left and right. */
  readonly #planes = [
    new Float32Array(samplesPerAccessUnit),
    new Float32Array(samplesPerAccessUnit),
  ] as const;
  #filled = 0;
  #samples = 0n;

  private constructor(context: CodecContext) {
    this.#context = context;
    this.configuration = Buffer.from(context.extraData ?? Buffer.alloc(0));
    this.#packet.alloc();
    this.#frame.alloc();
    this.#frame.format = AV_SAMPLE_FMT_FLTP;
    this.#frame.nbSamples = samplesPerAccessUnit;
    this.#frame.sampleRate = soundFormat.sampleRate;
    this.#frame.channelLayout = AV_CHANNEL_LAYOUT_STEREO;
    FFmpegError.throwIfError(this.#frame.allocBuffer(), 'allocate AAC frame');
  }

  /** @throws FFmpegError when the encoder does not take the options */
  static async open(): Promise<AacEncoder> {
    const codec = Codec.findEncoderByName(FF_ENCODER_AAC);
    if (!codec) throw new Error('this FFmpeg build has no AAC encoder');
    const context = new CodecContext();
    context.allocContext3(codec);
    context.sampleRate = soundFormat.sampleRate;
    context.channelLayout = AV_CHANNEL_LAYOUT_STEREO;
    context.sampleFormat = AV_SAMPLE_FMT_FLTP;
    context.timeBase = new Rational(1, soundFormat.sampleRate);
    context.bitRate = BigInt(bitrateBps);
    // The configuration belongs into the init segment, not in front of each access unit.
    context.flags = AV_CODEC_FLAG_GLOBAL_HEADER;
    FFmpegError.throwIfError(await context.open2(codec), 'open AAC');
    return new AacEncoder(context);
  }

  /**
   * Takes interleaved signed 16-bit samples, as many as there are.
   * @returns the access units they completed
   */
  encode(pcm: Buffer): Buffer[] {
    const accessUnits: Buffer[] = [];
    const [left, right] = this.#planes;
    const { bytesPerSample, channels } = soundFormat;
    for (
      let at = 0;
      at + channels * bytesPerSample <= pcm.length;
      at += channels * bytesPerSample
    ) {
      left[this.#filled] = pcm.readInt16LE(at) / fullScale;
      right[this.#filled] = pcm.readInt16LE(at + bytesPerSample) / fullScale;
      this.#filled += 1;
      if (this.#filled < samplesPerAccessUnit) continue;
      this.#filled = 0;
      const accessUnit = this.#encodeFrame();
      if (accessUnit) accessUnits.push(accessUnit);
    }
    return accessUnits;
  }

  close(): void {
    this.#packet.free();
    this.#frame.free();
    this.#context.freeContext();
  }

  /** @returns null for the first frame, which the encoder keeps to look ahead */
  #encodeFrame(): Buffer | null {
    FFmpegError.throwIfError(this.#frame.makeWritable(), 'reuse AAC frame');
    this.#planes.forEach((samples, channel) => {
      const plane = this.#frame.data?.[channel];
      if (!plane) throw new Error('the AAC frame has no buffer');
      Buffer.from(samples.buffer).copy(plane);
    });
    this.#frame.pts = this.#samples;
    this.#samples += BigInt(samplesPerAccessUnit);
    FFmpegError.throwIfError(this.#context.sendFrameSync(this.#frame), 'encode AAC');
    const received = this.#context.receivePacketSync(this.#packet);
    if (received === AVERROR_EAGAIN) return null;
    FFmpegError.throwIfError(received, 'receive AAC');
    const accessUnit = Buffer.from(this.#packet.data ?? Buffer.alloc(0));
    this.#packet.unref();
    return accessUnit;
  }
}
