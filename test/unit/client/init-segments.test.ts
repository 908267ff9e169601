import assert from 'node:assert/strict';

import { describe, it } from 'mocha';

import { videoCodecOf } from '../../../client/src/media/codec-string.js';
import { packetOf } from '../../../client/src/media/sound/opus-packets.js';
import { Fragmenter } from '../../../media-host/pipeline/fragmenter/fragmenter.js';
import { decodeMediaMessage } from '../../../signaling/protocol/media-message.js';

describe('the codec string', () => {
  function initSegment(...profile: readonly number[]): Uint8Array {
    const sequenceParameterSet = Buffer.from([0x67, ...profile, 0xac]);
    const pictureParameterSet = Buffer.of(0x68, 1);
    const parameterSets = { sequenceParameterSet, pictureParameterSet };
    const fragmenter = Fragmenter.forVideo('main', { width: 640, height: 480 }, 30, parameterSets);
    return decodeMediaMessage(fragmenter.initMessage).payload;
  }

  it('names profile, constraints and level of what the pipeline makes', () => {
    assert.equal(videoCodecOf(initSegment(0x64, 0x00, 0x1f)), 'avc1.64001f');
    assert.equal(videoCodecOf(initSegment(0x42, 0xc0, 0x0a)), 'avc1.42c00a');
  });

  it('is found in a view into a larger buffer', () => {
    const segment = initSegment(0x64, 0x00, 0x28);
    const larger = new Uint8Array(segment.length + 10);
    larger.set(segment, 10);
    assert.equal(videoCodecOf(larger.subarray(10)), 'avc1.640028');
  });

  it('cannot be had of a segment without avcC', () => {
    assert.throws(() => videoCodecOf(new Uint8Array(200)), /without avcC/);
    assert.throws(() => videoCodecOf(new Uint8Array(0)), /without avcC/);
  });
});

describe('the Opus packet of a fragment', () => {
  const fragmentOf = (packet: Buffer): Uint8Array<ArrayBuffer> =>
    decodeMediaMessage(Fragmenter.forSound(48_000, 2, 480, 120).fragment(packet, true, 0)).payload;

  it('comes out as it went in', () => {
    const packet = Buffer.from([1, 2, 3, 250]);
    assert.deepEqual(Buffer.from(packetOf(fragmentOf(packet)) ?? []), packet);
  });

  it('is not found in what is cut short or no fragment', () => {
    const fragment = fragmentOf(Buffer.from([1, 2, 3, 250]));
    for (let sizeBytes = 0; sizeBytes < fragment.length; sizeBytes += 1) {
      assert.equal(packetOf(fragment.subarray(0, sizeBytes)), null);
    }
    assert.equal(packetOf(new Uint8Array(64)), null);
    assert.equal(packetOf(new Uint8Array(64).fill(255)), null);
  });
});
