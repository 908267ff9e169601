import assert from 'node:assert/strict';

import { describe, it } from 'mocha';

import {
  decodeMediaMessage,
  encodeMediaMessage,
  mediaHeaderSizeBytes,
  withGapFlag,
  type MediaHeader,
} from '../../../signaling/protocol/media-message.js';

const header: MediaHeader = {
  kind: 'fragment',
  track: 'video',
  rendition: 'small',
  keyFrame: true,
  gap: false,
  sequence: 0xfffffffe,
  captureTimeMs: 1_790_000_000_123.456,
  decodeTimeSeconds: 12_345.678,
  durationUs: 33_333,
};
const payload = Uint8Array.of(1, 2, 3, 4, 5);

describe('a media message', () => {
  it('comes out as it went in', () => {
    const decoded = decodeMediaMessage(encodeMediaMessage(header, payload));
    assert.deepEqual(decoded, { ...header, payload });
  });

  for (const kind of ['init', 'fragment', 'clock', 'cursor', 'pointer'] as const) {
    for (const track of ['none', 'video', 'audio'] as const) {
      it(`can be ${kind} of ${track}`, () => {
        const sent = { ...header, kind, track, keyFrame: false, gap: true };
        const decoded = decodeMediaMessage(encodeMediaMessage(sent, new Uint8Array(0)));
        assert.deepEqual(decoded, { ...sent, payload: new Uint8Array(0) });
      });
    }
  }

  it('wraps its sequence number at 2^32', () => {
    const encoded = encodeMediaMessage({ ...header, sequence: 2 ** 32 + 7 }, payload);
    assert.equal(decodeMediaMessage(encoded).sequence, 7);
  });

  it('is read from the middle of a larger buffer, without a copy of its payload', () => {
    const encoded = encodeMediaMessage(header, payload);
    const larger = new Uint8Array(encoded.length + 20);
    larger.set(encoded, 10);
    const decoded = decodeMediaMessage(larger.subarray(10, 10 + encoded.length));
    assert.deepEqual(decoded, { ...header, payload });
    assert.equal(decoded.payload.buffer, larger.buffer);
  });

  it('has its header where the protocol says', () => {
    const encoded = encodeMediaMessage({ ...header, sequence: 0x01020304, gap: true }, payload);
    assert.deepEqual([...encoded.subarray(0, 8)], [2, 1, 3, 1, 4, 3, 2, 1]);
    assert.deepEqual([...encoded.subarray(28, 33)], [5, 0, 0, 0, 1]);
  });

  it('gets the gap flag in a copy, the original untouched', () => {
    const encoded = encodeMediaMessage(header, payload);
    const flagged = withGapFlag(encoded);
    assert.deepEqual(decodeMediaMessage(flagged), { ...header, gap: true, payload });
    assert.equal(decodeMediaMessage(encoded).gap, false);
  });

  it('is refused when the header is cut short', () => {
    for (let sizeBytes = 0; sizeBytes < mediaHeaderSizeBytes; sizeBytes += 1) {
      assert.throws(() => decodeMediaMessage(new Uint8Array(sizeBytes)), RangeError);
    }
  });

  it('is refused when the payload is not as long as announced', () => {
    const encoded = encodeMediaMessage(header, payload);
    assert.throws(() => decodeMediaMessage(encoded.subarray(0, -1)), /announces 5 .* carries 4/);
    const longer = new Uint8Array(encoded.length + 1);
    longer.set(encoded);
    assert.throws(() => decodeMediaMessage(longer), /announces 5 .* carries 6/);
  });

  it('is refused when its kind, track or rendition is unknown', () => {
    for (const [offset, value] of [
      [0, 0],
      [0, 8],
      [0, 255],
      [1, 3],
      [1, 255],
      [3, 3],
      [3, 255],
    ] as const) {
      const encoded = encodeMediaMessage(header, payload);
      encoded[offset] = value;
      assert.throws(() => decodeMediaMessage(encoded), /unknown kind, track or rendition/);
    }
  });
});
