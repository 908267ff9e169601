/*
 * ISO base media file format boxes (ISO/IEC 14496-12), one function per box, named by its four
 * characters. Only what a live, fragmented, one-track stream needs.
 */

type Part = Uint8Array;

const u8 = (...values: readonly number[]): Part => Uint8Array.from(values);

function u16(value: number): Part {
  const bytes = new Uint8Array(2);
  new DataView(bytes.buffer).setUint16(0, value);
  return bytes;
}

function u32(...values: readonly number[]): Part {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => view.setUint32(index * 4, value));
  return bytes;
}

function u64(value: bigint): Part {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
}

const ascii = (text: string): Part => Buffer.from(text, 'latin1');
const zeros = (sizeBytes: number): Part => new Uint8Array(sizeBytes);

function box(type: string, ...parts: readonly Part[]): Buffer {
  const sizeBytes = parts.reduce((sum, part) => sum + part.length, 8);
  return Buffer.concat([u32(sizeBytes), ascii(type), ...parts], sizeBytes);
}

const fullBox = (type: string, version: number, flags: number, ...parts: readonly Part[]): Buffer =>
  box(type, u32(version * 0x1000000 + flags), ...parts);

const unityMatrix = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);
const trackId = 1;

export const ftyp = (): Buffer =>
  box('ftyp', ascii('iso5'), u32(512), ascii('iso5'), ascii('iso6'), ascii('mp41'));

/**
 * A live stream's header: duration 0 and no `mehd`, which is how Chromium tells a live stream from a
 * file, and then shows each frame at once.
 */
export const moov = (track: Buffer): Buffer => box('moov', mvhd(), track, mvex());

const mvhd = (): Buffer =>
  fullBox(
    'mvhd',
    0,
    0,
    u32(0, 0, 1000, 0, 0x10000),
    u16(0x0100),
    zeros(10),
    unityMatrix,
    zeros(24),
    u32(trackId + 1),
  );

const mvex = (): Buffer => box('mvex', fullBox('trex', 0, 0, u32(trackId, 1, 0, 0, 0)));

export interface TrackDescription {
  readonly handler: 'vide' | 'soun';
  readonly timescale: number;
  /** Pixels; 0 for sound. */
  readonly width: number;
  readonly height: number;
  readonly sampleEntry: Buffer;
}

export const trak = (track: TrackDescription): Buffer => box('trak', tkhd(track), mdia(track));

const tkhd = ({ handler, width, height }: TrackDescription): Buffer =>
  fullBox(
    'tkhd',
    0,
    3,
    u32(0, 0, trackId, 0, 0, 0, 0),
    u16(0),
    u16(0),
    u16(handler === 'soun' ? 0x0100 : 0),
    u16(0),
    unityMatrix,
    u32(width * 0x10000, height * 0x10000),
  );

const mdia = (track: TrackDescription): Buffer =>
  box('mdia', mdhd(track.timescale), hdlr(track.handler), minf(track));

/** 0x55c4 is the packed language code `und`. */
const mdhd = (timescale: number): Buffer =>
  fullBox('mdhd', 0, 0, u32(0, 0, timescale, 0), u16(0x55c4), u16(0));

const hdlr = (handler: string): Buffer =>
  fullBox('hdlr', 0, 0, u32(0), ascii(handler), zeros(12), ascii('Share Space\0'));

const minf = ({ handler, sampleEntry }: TrackDescription): Buffer =>
  box('minf', handler === 'vide' ? vmhd() : smhd(), dinf(), stbl(sampleEntry));

const vmhd = (): Buffer => fullBox('vmhd', 0, 1, zeros(8));
const smhd = (): Buffer => fullBox('smhd', 0, 0, zeros(4));
const dinf = (): Buffer => box('dinf', fullBox('dref', 0, 0, u32(1), fullBox('url ', 0, 1)));

const stbl = (sampleEntry: Buffer): Buffer =>
  box(
    'stbl',
    fullBox('stsd', 0, 0, u32(1), sampleEntry),
    fullBox('stts', 0, 0, u32(0)),
    fullBox('stsc', 0, 0, u32(0)),
    fullBox('stsz', 0, 0, u32(0, 0)),
    fullBox('stco', 0, 0, u32(0)),
  );

export const avc1 = (width: number, height: number, configuration: Buffer): Buffer =>
  box(
    'avc1',
    zeros(6),
    u16(1),
    zeros(16),
    u16(width),
    u16(height),
    u32(0x480000, 0x480000, 0),
    u16(1),
    zeros(32),
    u16(0x18),
    u16(0xffff),
    configuration,
  );

/** AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1) with 4:2:0, 8 bit. */
export function avcC(sequenceParameterSet: Uint8Array, pictureParameterSet: Uint8Array): Buffer {
  const [, profile = 0, compatibility = 0, level = 0] = sequenceParameterSet;
  const highProfileExtension = profile >= 100 ? [u8(0xfd, 0xf8, 0xf8, 0)] : [];
  return box(
    'avcC',
    u8(1, profile, compatibility, level, 0xff, 0xe1),
    u16(sequenceParameterSet.length),
    sequenceParameterSet,
    u8(1),
    u16(pictureParameterSet.length),
    pictureParameterSet,
    ...highProfileExtension,
  );
}

export const opus = (channels: number, sampleRate: number, preSkip: number): Buffer =>
  box(
    'Opus',
    zeros(6),
    u16(1),
    zeros(8),
    u16(channels),
    u16(16),
    u32(0, sampleRate * 0x10000),
    dOps(channels, sampleRate, preSkip),
  );

/** OpusSpecificBox (Encapsulation of Opus in ISO Base Media File Format, 4.3.2). */
const dOps = (channels: number, sampleRate: number, preSkip: number): Buffer =>
  box('dOps', u8(0, channels), u16(preSkip), u32(sampleRate), u16(0), u8(0));

/** @param configuration AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1) */
export const mp4a = (channels: number, sampleRate: number, configuration: Uint8Array): Buffer =>
  box(
    'mp4a',
    zeros(6),
    u16(1),
    zeros(8),
    u16(channels),
    u16(16),
    u32(0, sampleRate * 0x10000),
    esds(configuration),
  );

/** A descriptor of ISO/IEC 14496-1, 8.3.3; all of ours are shorter than 128 bytes. */
const descriptor = (tag: number, ...parts: readonly Part[]): Part => {
  const body = Buffer.concat(parts);
  return Buffer.concat([u8(tag, body.length), body]);
};

/** ESDBox (ISO/IEC 14496-14, 5.6): MPEG-4 audio, an audio stream. */
const esds = (configuration: Uint8Array): Buffer =>
  fullBox(
    'esds',
    0,
    0,
    descriptor(
      3,
      u16(trackId),
      u8(0),
      descriptor(4, u8(0x40, 0x15), zeros(3), u32(0, 0), descriptor(5, configuration)),
      descriptor(6, u8(2)),
    ),
  );

export interface FragmentSample {
  readonly sequence: number;
  /** In the track's timescale. */
  readonly decodeTime: bigint;
  readonly duration: number;
  readonly keyFrame: boolean;
  readonly data: Uint8Array;
}

const tfhdDefaultBaseIsMoof = 0x020000;
const trunDataOffset = 0x000001;
const trunSampleDuration = 0x000100;
const trunSampleSize = 0x000200;
const trunSampleFlags = 0x000400;
const syncSample = 0x02000000;
const nonSyncSample = 0x01010000;

/** One sample as one fragment, ready to append. */
export function fragment(sample: FragmentSample): Buffer {
  // The data offset counts from the start of moof, whose size does not depend on it.
  const head = moof(sample, 0);
  return Buffer.concat([moof(sample, head.length + 8), box('mdat', sample.data)]);
}

const moof = (sample: FragmentSample, dataOffset: number): Buffer =>
  box(
    'moof',
    fullBox('mfhd', 0, 0, u32(sample.sequence)),
    box(
      'traf',
      fullBox('tfhd', 0, tfhdDefaultBaseIsMoof, u32(trackId)),
      fullBox('tfdt', 1, 0, u64(sample.decodeTime)),
      trun(sample, dataOffset),
    ),
  );

const trun = (sample: FragmentSample, dataOffset: number): Buffer =>
  fullBox(
    'trun',
    0,
    trunDataOffset | trunSampleDuration | trunSampleSize | trunSampleFlags,
    u32(
      1,
      dataOffset,
      sample.duration,
      sample.data.length,
      sample.keyFrame ? syncSample : nonSyncSample,
    ),
  );
