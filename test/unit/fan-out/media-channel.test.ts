import assert from 'node:assert/strict';

import { describe, it } from 'mocha';
import type { DataChannel } from 'node-datachannel';

import { chunkedChannel } from '../../../media-host/fan-out/transport/media-channel.js';
import { ChunkAssembler } from '../../../signaling/protocol/chunk.js';

/** A data channel that keeps what is sent on it. */
function keepingChannel() {
  const sent: Uint8Array<ArrayBuffer>[] = [];
  const channel = {
    isOpen: () => true,
    bufferedAmount: () => 0,
    sendMessageBinary: (chunk: Uint8Array<ArrayBuffer>) => {
      sent.push(chunk);
      return true;
    },
  };
  return { sent, media: chunkedChannel(channel as unknown as DataChannel) };
}

const assembled = (chunks: readonly Uint8Array<ArrayBuffer>[]): (Uint8Array | null)[] => {
  const assembler = new ChunkAssembler();
  return chunks.map((chunk) => assembler.push(chunk)).filter((message) => message !== null);
};

describe('a channel of chunks', () => {
  it('shares the chunks of a message with the channels that get it next', () => {
    const message = new Uint8Array(100_000).fill(7);
    const [ann, bob] = [keepingChannel(), keepingChannel()];
    ann.media.send(message);
    bob.media.send(message);
    assert.equal(ann.sent.length, 4);
    assert.ok(ann.sent.every((chunk, index) => chunk === bob.sent[index]));
    assert.deepEqual(assembled(bob.sent), [message]);
  });

  it('sends each channel its own messages, in whatever order they come', () => {
    const [ann, bob] = [keepingChannel(), keepingChannel()];
    const [first, second] = [new Uint8Array(50_000).fill(1), new Uint8Array(50_000).fill(2)];
    ann.media.send(first);
    bob.media.send(second);
    ann.media.send(second);
    bob.media.send(first);
    assert.deepEqual(assembled(ann.sent), [first, second]);
    assert.deepEqual(assembled(bob.sent), [second, first]);
  });
});
