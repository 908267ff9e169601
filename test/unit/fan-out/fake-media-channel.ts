import type { MediaChannel } from '../../../media-host/fan-out/subscriber.js';
import { ChunkAssembler } from '../../../signaling/protocol/chunk.js';
import {
  decodeMediaMessage,
  type MediaMessage,
} from '../../../signaling/protocol/media-message.js';

/** A data channel that keeps what it is given, put together again as the page would. */
export class FakeMediaChannel implements MediaChannel {
  readonly received: MediaMessage[] = [];
  readonly #assembler = new ChunkAssembler();
  open = true;
  bufferedBytes = 0;

  isOpen(): boolean {
    return this.open;
  }

  bufferedAmount(): number {
    return this.bufferedBytes;
  }

  sendMessageBinary(chunk: Uint8Array): boolean {
    if (!this.open) throw new Error('sent on a closed channel');
    const message = this.#assembler.push(new Uint8Array(chunk));
    if (message) this.received.push(decodeMediaMessage(message));
    return true;
  }

  /** Hands over what came since the last call. */
  take(): MediaMessage[] {
    return this.received.splice(0);
  }
}
