/** H.264 NAL unit types this project looks at (ITU-T H.264, table 7-1). */
export const nalUnitType = { sei: 6, sps: 7, pps: 8 } as const;

/** The type of a NAL unit, from its first byte. */
export const nalTypeOf = (unit: Uint8Array): number => (unit[0] ?? 0) & 0x1f;

/**
 * Splits a byte stream (ITU-T H.264, annex B) into its NAL units, without start codes.
 * The units are views into `stream`.
 */
export function splitAnnexB(stream: Buffer): Buffer[] {
  const units: Buffer[] = [];
  let begin = -1;
  let at = stream.indexOf('\x00\x00\x01', 0, 'latin1');
  while (at !== -1) {
    if (begin !== -1) units.push(trimmed(stream, begin, at));
    begin = at + 3;
    at = stream.indexOf('\x00\x00\x01', begin, 'latin1');
  }
  if (begin !== -1) units.push(trimmed(stream, begin, stream.length));
  return units.filter((unit) => unit.length > 0);
}

/* A four-byte start code's first zero, and trailing zeros, belong to no unit. */
function trimmed(stream: Buffer, begin: number, end: number): Buffer {
  let to = end;
  while (to > begin && stream[to - 1] === 0) to -= 1;
  return stream.subarray(begin, to);
}

/** Joins NAL units as an MP4 sample wants them: each after its length in four bytes (ISO/IEC 14496-15, 5.3.4.2). */
export function joinLengthPrefixed(units: readonly Buffer[]): Buffer {
  const sizeBytes = units.reduce((sum, unit) => sum + 4 + unit.length, 0);
  const sample = Buffer.allocUnsafe(sizeBytes);
  let offset = 0;
  for (const unit of units) {
    offset = sample.writeUInt32BE(unit.length, offset);
    offset += unit.copy(sample, offset);
  }
  return sample;
}
