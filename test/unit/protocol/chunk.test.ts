import assert from 'node:assert/strict';

import { beforeEach, describe, it } from 'mocha';

import {
  ChunkAssembler,
  chunkSizeBytes,
  splitIntoChunks,
} from '../../../signaling/protocol/chunk.js';
import { maxMediaMessageSizeBytes } from '../../../signaling/protocol/media-message.js';

const first = 1;
const last = 2;
const slice = chunkSizeBytes - 1;

/** A message whose every byte tells where it was. */
function messageOf(sizeBytes: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: sizeBytes }, (_, at) => (at * 7 + (at >> 8)) & 0xff);
}

describe('chunks', () => {
  let assembler: ChunkAssembler;

  beforeEach(() => {
    assembler = new ChunkAssembler();
  });

  for (const sizeBytes of [1, slice - 1, slice, slice + 1, 2 * slice, 3 * slice + 5]) {
    it(`carry a message of ${sizeBytes} bytes`, () => {
      const message = messageOf(sizeBytes);
      const chunks = [...splitIntoChunks(message)];
      assert.equal(chunks.length, Math.ceil(sizeBytes / slice));
      assert.ok(chunks.every((chunk) => chunk.length <= chunkSizeBytes));
      const results = chunks.map((chunk) => assembler.push(chunk));
      assert.deepEqual(results.at(-1), message);
      assert.ok(results.slice(0, -1).every((result) => result === null));
    });
  }

  it('carry one message after the other', () => {
    for (const message of [messageOf(10), messageOf(slice * 2 + 1), messageOf(3)]) {
      const results = [...splitIntoChunks(message)].map((chunk) => assembler.push(chunk));
      assert.deepEqual(results.at(-1), message);
    }
  });

  it('are refused without content, or with flags the protocol does not have', () => {
    for (const chunk of [[], [first | last], [4, 1], [first | last | 8, 1], [255, 1]]) {
      assert.throws(() => assembler.push(Uint8Array.from(chunk)), /malformed chunk/);
    }
  });

  it('are refused when the first is missing', () => {
    assert.throws(() => assembler.push(Uint8Array.of(0, 1)), /out of order/);
    assert.throws(() => assembler.push(Uint8Array.of(last, 1)), /out of order/);
  });

  it('are refused when another message begins in the middle of one', () => {
    assembler.push(Uint8Array.of(first, 1));
    assert.throws(() => assembler.push(Uint8Array.of(first, 2)), /out of order/);
    assembler.push(Uint8Array.of(first, 1));
    assert.throws(() => assembler.push(Uint8Array.of(first | last, 2)), /out of order/);
  });

  it('start afresh after a refusal', () => {
    assembler.push(Uint8Array.of(first, 1));
    assert.throws(() => assembler.push(Uint8Array.of(first, 1)));
    assert.equal(assembler.push(Uint8Array.of(first, 8)), null);
    assert.deepEqual(assembler.push(Uint8Array.of(last, 9)), Uint8Array.of(8, 9));
  });

  it('carry the largest message there is, and not a byte more', () => {
    const largest = messageOf(maxMediaMessageSizeBytes);
    const results = [...splitIntoChunks(largest)].map((chunk) => assembler.push(chunk));
    assert.equal(Buffer.compare(Buffer.from(results.at(-1) ?? []), Buffer.from(largest)), 0);
    const chunks = [...splitIntoChunks(messageOf(maxMediaMessageSizeBytes + 1))];
    assert.throws(() => {
      for (const chunk of chunks) assembler.push(chunk);
    }, /message too large/);
    assert.deepEqual(assembler.push(Uint8Array.of(first | last, 5)), Uint8Array.of(5));
  });
});
