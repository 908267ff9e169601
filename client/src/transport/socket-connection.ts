import {
  decodeMediaMessage,
  type MediaMessage,
} from '../../../signaling/protocol/media-message.js';
import { labelText, mediaSocketPath } from '../../../signaling/protocol/media-socket.js';
import type { DataProducerLabel } from '../../../signaling/protocol/transport.js';
import type { Feedback, Input } from '../../../signaling/protocol/viewer-messages.js';

export interface SocketConnectionEvents {
  readonly onMessage: (message: MediaMessage) => void;
  /** The connection is gone for good; open another viewer. */
  readonly onLost: (why: string) => void;
}

/** Input that a full socket would bring too late is left out; keys and buttons are too few to fill it. */
const highWaterBytes = 64 * 1024;

/**
 * A page's media over WebSocket (RFC 6455), through the signaling service: what data channels would
 * bring, for networks that let no UDP pass. Both ways take this one socket.
 */
export class SocketConnection {
  readonly #socket: WebSocket;
  readonly #events: SocketConnectionEvents;
  #closed = false;

  /** @param socket one that begins to open */
  constructor(events: SocketConnectionEvents, socket: WebSocket = new WebSocket(mediaSocketUrl())) {
    this.#events = events;
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', ({ data }) => this.#onData(data));
    socket.addEventListener('close', ({ code }) => this.#lose(`socket closed with ${code}`));
  }

  /**
   * Resolves when the socket is open and has said whose it is.
   * @throws Error when it does not open
   */
  open(token: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const hello = (): void => {
        this.#socket.send(JSON.stringify({ token }));
        resolve();
      };
      this.#socket.addEventListener('close', () => reject(new Error('the socket did not open')));
      if (this.#socket.readyState === WebSocket.OPEN) hello();
      else this.#socket.addEventListener('open', hello);
    });
  }

  sendFeedback(feedback: Feedback): void {
    this.#send('feedback', feedback);
  }

  sendInput(input: Input): void {
    const isMove = input.type === 'pointer' || input.type === 'wheel';
    if (isMove && this.#socket.bufferedAmount > highWaterBytes) return;
    this.#send('input', input);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
  }

  #onData(data: unknown): void {
    if (this.#closed) return;
    try {
      if (!(data instanceof ArrayBuffer)) throw new TypeError('text on a media socket');
      this.#events.onMessage(decodeMediaMessage(new Uint8Array(data)));
    } catch (error) {
      this.#lose(error instanceof Error ? error.message : 'malformed message');
    }
  }

  #lose(why: string): void {
    if (this.#closed) return;
    this.close();
    this.#events.onLost(why);
  }

  #send(label: DataProducerLabel, message: Feedback | Input): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    this.#socket.send(labelText(label, JSON.stringify(message)));
  }
}

function mediaSocketUrl(): URL {
  const url = new URL(mediaSocketPath, window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url;
}
