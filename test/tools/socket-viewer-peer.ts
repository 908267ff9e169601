import { once } from 'node:events';

import { WebSocket } from 'ws';

import { decodeMediaMessage, type MediaMessage } from '../../signaling/protocol/media-message.js';
import { labelText, mediaSocketPath } from '../../signaling/protocol/media-socket.js';
import type { WebSocketOffer } from '../../signaling/protocol/transport.js';
import type { Feedback, Input } from '../../signaling/protocol/viewer-messages.js';

import { Changes } from './changes.js';

/** A page's end of a media socket, without a browser. */
export class SocketViewerPeer {
  readonly messages: MediaMessage[] = [];
  readonly changes = new Changes();
  /** The code the socket was closed with, or null while it is open. */
  closedWith: number | null = null;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data) => {
      this.messages.push(decodeMediaMessage(new Uint8Array(data as Buffer)));
      this.changes.notify();
    });
    socket.on('close', (code) => {
      this.closedWith = code;
      this.changes.notify();
    });
    socket.on('error', () => undefined);
  }

  /** Opens a socket that has said nothing. @param origin as a browser would send it */
  static async connect(url: string, origin?: string): Promise<SocketViewerPeer> {
    const address = url.replace(/^http/, 'ws') + mediaSocketPath;
    const socket = new WebSocket(address, { perMessageDeflate: false, ...(origin && { origin }) });
    const peer = new SocketViewerPeer(socket);
    await once(socket, 'open');
    return peer;
  }

  /** Opens the socket of an offer. */
  static async open(url: string, { token }: WebSocketOffer): Promise<SocketViewerPeer> {
    const peer = await SocketViewerPeer.connect(url);
    peer.socket.send(JSON.stringify({ token }));
    return peer;
  }

  sendFeedback(message: Feedback): void {
    this.socket.send(labelText('feedback', JSON.stringify(message)));
  }

  sendInput(message: Input): void {
    this.socket.send(labelText('input', JSON.stringify(message)));
  }

  async untilMessages(
    what: string,
    count: number,
    condition: (message: MediaMessage) => boolean,
  ): Promise<MediaMessage[]> {
    const found = (): MediaMessage[] => this.messages.filter(condition);
    await this.changes.until(what, () => found().length >= count);
    return found();
  }

  async untilClosed(): Promise<number> {
    await this.changes.until('end of the socket', () => this.closedWith !== null);
    return this.closedWith ?? NaN;
  }

  close(): void {
    this.socket.terminate();
  }
}
