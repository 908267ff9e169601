/**
 * The sample of a sound fragment: the payload of its `mdat` box, one Opus packet.
 * @returns null when the fragment has none
 */
export function packetOf(fragment: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | null {
  const view = new DataView(fragment.buffer, fragment.byteOffset, fragment.byteLength);
  const mdat = 0x6d646174;
  let at = 0;
  while (at + 8 <= fragment.byteLength) {
    const sizeBytes = view.getUint32(at);
    if (sizeBytes < 8 || at + sizeBytes > fragment.byteLength) return null;
    if (view.getUint32(at + 4) === mdat) return fragment.subarray(at + 8, at + sizeBytes);
    at += sizeBytes;
  }
  return null;
}
