/**
 * The codec string (RFC 6381) of a video init segment, read from its `avcC` box
 * (ISO/IEC 14496-15, 5.3.3.1). @throws Error when the segment has none
 */
export function videoCodecOf(initSegment: Uint8Array): string {
  const [a, v, c, capitalC] = [0x61, 0x76, 0x63, 0x43];
  for (let at = 0; at + 8 <= initSegment.length; at += 1) {
    if (
      initSegment[at] === a &&
      initSegment[at + 1] === v &&
      initSegment[at + 2] === c &&
      initSegment[at + 3] === capitalC
    ) {
      const hex = [...initSegment.subarray(at + 5, at + 8)]
        .map((byte) => byte.toString(16).padStart(2, '0'))
        .join('');
      return `avc1.${hex}`;
    }
  }
  throw new Error('init segment without avcC');
}
