import assert from 'node:assert/strict';

import { describe, it } from 'mocha';

import {
  joinLengthPrefixed,
  nalTypeOf,
  splitAnnexB,
} from '../../../media-host/pipeline/encoder/annex-b.js';

const split = (...bytes: readonly number[]): number[][] =>
  splitAnnexB(Buffer.from(bytes)).map((unit) => [...unit]);

describe('an H.264 byte stream', () => {
  it('is split at start codes of three and four bytes', () => {
    assert.deepEqual(split(0, 0, 0, 1, 0x67, 7, 0, 0, 1, 0x68, 8, 0, 0, 0, 1, 0x65, 5), [
      [0x67, 7],
      [0x68, 8],
      [0x65, 5],
    ]);
  });

  it('keeps zeros within a unit and drops those around it', () => {
    assert.deepEqual(split(0, 0, 1, 0x65, 0, 0, 3, 1, 0, 9, 0, 0, 0, 0, 1, 0x41, 2, 0, 0), [
      [0x65, 0, 0, 3, 1, 0, 9],
      [0x41, 2],
    ]);
  });

  it('has no units without a start code, and no empty ones', () => {
    assert.deepEqual(split(), []);
    assert.deepEqual(split(1, 2, 3), []);
    assert.deepEqual(split(0, 0, 1), []);
    assert.deepEqual(split(0, 0, 1, 0, 0, 1, 0x65, 1), [[0x65, 1]]);
  });

  it('tells the type of a unit whatever its importance', () => {
    assert.equal(nalTypeOf(Uint8Array.of(0x67)), 7);
    assert.equal(nalTypeOf(Uint8Array.of(0x27)), 7);
    assert.equal(nalTypeOf(Uint8Array.of()), 0);
  });

  it('becomes an MP4 sample with lengths of four bytes', () => {
    const sample = joinLengthPrefixed([Buffer.from([0x65, 1, 2]), Buffer.alloc(258, 0x41)]);
    assert.deepEqual([...sample.subarray(0, 11)], [0, 0, 0, 3, 0x65, 1, 2, 0, 0, 1, 2]);
    assert.equal(sample.length, 4 + 3 + 4 + 258);
    assert.equal(joinLengthPrefixed([]).length, 0);
  });
});
