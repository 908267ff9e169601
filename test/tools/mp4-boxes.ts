/** One box of an ISO base media file (ISO/IEC 14496-12, 4.2). */
export interface Mp4Box {
  readonly type: string;
  /** All that follows size and type. */
  readonly content: Buffer;
}

/** Boxes that hold boxes, and how many bytes of their own come before them. */
const containers: Readonly<Record<string, number>> = {
  moov: 0,
  trak: 0,
  mdia: 0,
  minf: 0,
  dinf: 0,
  stbl: 0,
  mvex: 0,
  moof: 0,
  traf: 0,
  stsd: 8,
  dref: 8,
  avc1: 78,
  Opus: 28,
};

/** @throws Error when the bytes are not whole boxes, one after the other */
export function readBoxes(bytes: Uint8Array): Mp4Box[] {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const boxes: Mp4Box[] = [];
  let at = 0;
  while (at < data.length) {
    const sizeBytes = at + 8 <= data.length ? data.readUInt32BE(at) : 0;
    if (sizeBytes < 8 || at + sizeBytes > data.length) throw new Error(`no whole box at ${at}`);
    const type = data.toString('latin1', at + 4, at + 8);
    boxes.push({ type, content: data.subarray(at + 8, at + sizeBytes) });
    at += sizeBytes;
  }
  return boxes;
}

/** Every path of boxes there is, as `moov/trak/tkhd`, in order. */
export function boxPaths(bytes: Uint8Array, parent = ''): string[] {
  return readBoxes(bytes).flatMap(({ type, content }) => {
    const path = parent + type;
    const skip = containers[type];
    return skip === undefined ? [path] : [path, ...boxPaths(content.subarray(skip), `${path}/`)];
  });
}

/**
 * The content of the first box at a path, as `moov/mvhd`.
 * @throws Error when there is none
 */
export function boxAt(bytes: Uint8Array, path: string): Buffer {
  const [type = '', ...rest] = path.split('/');
  const box = readBoxes(bytes).find((candidate) => candidate.type === type);
  if (!box) throw new Error(`no box ${type}`);
  if (rest.length === 0) return box.content;
  return boxAt(box.content.subarray(containers[type] ?? 0), rest.join('/'));
}

/** One fragment of one sample, as this project makes them. */
export interface FragmentFacts {
  readonly sequence: number;
  /** In ticks of the track's timescale. */
  readonly decodeTime: bigint;
  readonly duration: number;
  readonly isSync: boolean;
  /** What the fragment's data offset and sample size point at. */
  readonly sample: Buffer;
}

/** @throws Error when the bytes are not one fragment of one sample with its own duration, size and flags */
export function readFragment(bytes: Uint8Array): FragmentFacts {
  const [moof, mdat, ...more] = readBoxes(bytes);
  if (moof?.type !== 'moof' || mdat?.type !== 'mdat' || more.length > 0) {
    throw new Error('not one moof and one mdat');
  }
  const trun = boxAt(bytes, 'moof/traf/trun');
  const [flags, sampleCount] = [trun.readUInt32BE(0) & 0xffffff, trun.readUInt32BE(4)];
  if (flags !== 0x701 || sampleCount !== 1) throw new Error(`trun of flags ${flags.toString(16)}`);
  const tfdt = boxAt(bytes, 'moof/traf/tfdt');
  if (tfdt[0] !== 1) throw new Error('tfdt without 64-bit time');
  const dataOffset = trun.readInt32BE(8);
  const sizeBytes = trun.readUInt32BE(16);
  return {
    sequence: boxAt(bytes, 'moof/mfhd').readUInt32BE(4),
    decodeTime: tfdt.readBigUInt64BE(4),
    duration: trun.readUInt32BE(12),
    isSync: (trun.readUInt32BE(20) & 0x10000) === 0,
    sample: Buffer.from(bytes.subarray(dataOffset, dataOffset + sizeBytes)),
  };
}
