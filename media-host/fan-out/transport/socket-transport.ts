import { WebSocket } from 'ws';

import {
  maxMediaTextSizeBytes,
  mediaSocketPath,
  readLabelled,
} from '../../../signaling/protocol/media-socket.js';
import type { DataProducerLabel } from '../../../signaling/protocol/transport.js';

import type { MediaChannel } from './media-channel.js';

const handshakeTimeoutMs = 5000;
/** What the other side has not taken when the viewer closes is not worth more time than this. */
const closeTimeoutMs = 1000;

export interface SocketTransportEvents {
  /** What the page sent, with the label of the data channel it stands for; null for what is none. */
  readonly onText: (label: DataProducerLabel, json: string | null) => void;
  /** The socket is gone; not called after {@link SocketTransport.close}. */
  readonly onClosed: (why: string) => void;
}

/**
 * A viewer's media over WebSocket (RFC 6455). The media host may be behind NAT, so it calls the
 * signaling service, which joins this socket and the page's.
 */
export class SocketTransport {
  /** Resolves when the signaling service has taken the token. Stays pending when it does not. */
  readonly opened: Promise<void>;
  readonly #socket: WebSocket;
  readonly #events: SocketTransportEvents;
  #closed = false;

  /**
   * @param signalingUrl `http:` or `https:`
   * @param token proves the viewer to the signaling service, once
   */
  constructor(signalingUrl: string, token: string, events: SocketTransportEvents) {
    this.#events = events;
    const url = new URL(mediaSocketPath, signalingUrl);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(url, {
      headers: { authorization: `Bearer ${token}` },
      perMessageDeflate: false,
      maxPayload: maxMediaTextSizeBytes,
      handshakeTimeout: handshakeTimeoutMs,
    });
    this.#socket = socket;
    this.opened = new Promise((resolve) => socket.once('open', resolve));
    socket.on('message', (data, isBinary) => this.#onMessage(data as Buffer, isBinary));
    socket.on('error', (error) => this.#lose(error.message));
    socket.on('close', (code) => this.#lose(`socket closed with ${code}`));
  }

  /** The way to the page. All channels of a viewer are this one, so sound waits behind pictures here. */
  get channel(): MediaChannel {
    return {
      isOpen: () => this.#socket.readyState === WebSocket.OPEN,
      bufferedAmount: () => this.#socket.bufferedAmount,
      send: (message) => this.#socket.send(message, { binary: true }),
    };
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
    setTimeout(() => this.#socket.terminate(), closeTimeoutMs).unref();
  }

  #onMessage(data: Buffer, isBinary: boolean): void {
    if (this.#closed) return;
    const labelled = isBinary ? null : readLabelled(data.toString());
    if (labelled) this.#events.onText(labelled.label, labelled.json);
    else this.#events.onText('feedback', null);
  }

  #lose(why: string): void {
    if (this.#closed) return;
    this.close();
    this.#events.onClosed(why);
  }
}
