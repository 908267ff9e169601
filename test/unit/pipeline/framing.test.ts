import assert from 'node:assert/strict';

import { describe, it } from 'mocha';

import { FrameReader, frameOf } from '../../../media-host/pipeline/broadcast/framing.js';

const limitBytes = 1000;
const payloads = [
  Uint8Array.of(1),
  new Uint8Array(0),
  Uint8Array.from({ length: 300 }, (_, at) => at & 0xff),
  Uint8Array.of(9, 8, 7),
];
const stream = Buffer.concat(payloads.map(frameOf));

describe('the framing of the broadcast', () => {
  it('comes apart again wherever the stream is cut', () => {
    for (let cut = 0; cut <= stream.length; cut += 1) {
      const reader = new FrameReader(limitBytes);
      const read = [...reader.push(stream.subarray(0, cut)), ...reader.push(stream.subarray(cut))];
      assert.deepEqual(read, payloads, `cut at ${cut}`);
    }
  });

  it('comes apart again byte by byte', () => {
    const reader = new FrameReader(limitBytes);
    const read = [...stream].flatMap((byte) => [...reader.push(Buffer.of(byte))]);
    assert.deepEqual(read, payloads);
  });

  it('gives payloads that do not change with the buffer they came in', () => {
    const chunk = Buffer.from(frameOf(Uint8Array.of(1, 2, 3)));
    const [payload] = new FrameReader(limitBytes).push(chunk);
    chunk.fill(0);
    assert.deepEqual(payload, Uint8Array.of(1, 2, 3));
  });

  it('takes a frame of the largest size, and refuses a larger one by its announcement', () => {
    const largest = new Uint8Array(limitBytes).fill(7);
    assert.deepEqual([...new FrameReader(limitBytes).push(frameOf(largest))], [largest]);
    const announcement = frameOf(new Uint8Array(limitBytes + 1)).subarray(0, 4);
    assert.throws(() => [...new FrameReader(limitBytes).push(announcement)], RangeError);
  });
});
