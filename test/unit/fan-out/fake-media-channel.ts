import type { MediaChannel } from '../../../media-host/fan-out/transport/media-channel.js';
import {
  decodeMediaMessage,
  type MediaMessage,
} from '../../../signaling/protocol/media-message.js';

/** A way to a page that keeps what it is given. */
export class FakeMediaChannel implements MediaChannel {
  readonly received: MediaMessage[] = [];
  open = true;
  bufferedBytes = 0;

  isOpen(): boolean {
    return this.open;
  }

  bufferedAmount(): number {
    return this.bufferedBytes;
  }

  send(message: Uint8Array): void {
    if (!this.open) throw new Error('sent on a closed channel');
    this.received.push(decodeMediaMessage(new Uint8Array(message)));
  }

  /** Hands over what came since the last call. */
  take(): MediaMessage[] {
    return this.received.splice(0);
  }
}
