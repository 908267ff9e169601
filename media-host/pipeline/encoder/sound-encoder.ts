import {
  AV_CHANNEL_LAYOUT_STEREO,
  AV_SAMPLE_FMT_S16,
  AVERROR_EAGAIN,
  FF_ENCODER_LIBOPUS,
} from 'node-av/constants';
import { Codec, CodecContext, Dictionary, FFmpegError, Frame, Packet, Rational } from 'node-av/lib';

export const soundFormat = { sampleRate: 48_000, channels: 2, bytesPerSample: 2 } as const;

/** Samples of one Opus packet: 10 ms, short because a packet can leave only when it is full. */
export const samplesPerPacket = 480;
export const packetSizeBytes = samplesPerPacket * soundFormat.channels * soundFormat.bytesPerSample;

const bitrateBps = 96_000;

/** Opus in its low-delay mode (RFC 6716, section 2): 2.5 ms of look-ahead. */
export class SoundEncoder {
  /** Samples at 48 kHz a decoder must drop at the very start (RFC 7845, section 4.2). */
  readonly preSkip: number;
  readonly #context: CodecContext;
  readonly #frame = new Frame();
  readonly #packet = new Packet();
  #samples = 0n;

  private constructor(context: CodecContext) {
    this.#context = context;
    // OpusHead (RFC 7845, section 5.1): pre-skip is at byte 10.
    this.preSkip = context.extraData?.readUInt16LE(10) ?? 0;
    this.#packet.alloc();
    this.#frame.alloc();
    this.#frame.format = AV_SAMPLE_FMT_S16;
    this.#frame.nbSamples = samplesPerPacket;
    this.#frame.sampleRate = soundFormat.sampleRate;
    this.#frame.channelLayout = AV_CHANNEL_LAYOUT_STEREO;
    FFmpegError.throwIfError(this.#frame.allocBuffer(), 'allocate sound frame');
  }

  /** @throws FFmpegError when the encoder does not take the options */
  static async open(): Promise<SoundEncoder> {
    const codec = Codec.findEncoderByName(FF_ENCODER_LIBOPUS);
    if (!codec) throw new Error('this FFmpeg build has no libopus');
    const context = new CodecContext();
    context.allocContext3(codec);
    context.sampleRate = soundFormat.sampleRate;
    context.channelLayout = AV_CHANNEL_LAYOUT_STEREO;
    context.sampleFormat = AV_SAMPLE_FMT_S16;
    context.timeBase = new Rational(1, soundFormat.sampleRate);
    context.bitRate = BigInt(bitrateBps);
    const options = Dictionary.fromObject({
      application: 'lowdelay',
      frame_duration: String((samplesPerPacket * 1000) / soundFormat.sampleRate),
    });
    FFmpegError.throwIfError(await context.open2(codec, options), 'open libopus');
    return new SoundEncoder(context);
  }

  /** Encodes one packet's worth of interleaved signed 16-bit samples ({@link packetSizeBytes} bytes). */
  encode(pcm: Buffer): Buffer {
    FFmpegError.throwIfError(this.#frame.makeWritable(), 'reuse sound frame');
    const plane = this.#frame.data?.[0];
    if (!plane) throw new Error('the sound frame has no buffer');
    pcm.copy(plane);
    this.#frame.pts = this.#samples;
    this.#samples += BigInt(samplesPerPacket);
    FFmpegError.throwIfError(this.#context.sendFrameSync(this.#frame), 'encode sound');
    const received = this.#context.receivePacketSync(this.#packet);
    if (received === AVERROR_EAGAIN) throw new Error('the sound encoder held a packet back');
    FFmpegError.throwIfError(received, 'receive sound packet');
    const packet = Buffer.from(this.#packet.data ?? Buffer.alloc(0));
    this.#packet.unref();
    return packet;
  }

  close(): void {
    this.#packet.free();
    this.#frame.free();
    this.#context.freeContext();
  }
}
