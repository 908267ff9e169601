import type { DataChannel } from 'node-datachannel';

import { splitIntoChunks } from '../../../signaling/protocol/chunk.js';

/** One ordered or unordered way to a page, whatever carries it. */
export interface MediaChannel {
  isOpen(): boolean;
  /** Bytes taken and not sent yet. */
  bufferedAmount(): number;
  /** Sends one media message; not to be called unless the channel is open. */
  send(message: Uint8Array): void;
}

/* A broadcast goes to one viewer after the other: its messages are cut once for all of them. */
let lastCut: { readonly message: Uint8Array; readonly chunks: readonly Uint8Array[] } | null = null;

function chunksOf(message: Uint8Array): readonly Uint8Array[] {
  if (lastCut?.message !== message) lastCut = { message, chunks: [...splitIntoChunks(message)] };
  return lastCut.chunks;
}

/** A data channel, on which messages travel in chunks. */
export function chunkedChannel(channel: DataChannel): MediaChannel {
  return {
    isOpen: () => channel.isOpen(),
    bufferedAmount: () => channel.bufferedAmount(),
    send: (message) => {
      for (const chunk of chunksOf(message)) channel.sendMessageBinary(chunk);
    },
  };
}

/** Resolves when this side of a data channel is open. */
export function opening(channel: DataChannel): Promise<void> {
  return new Promise((resolve) => {
    channel.onOpen(resolve);
    if (channel.isOpen()) resolve();
  });
}
