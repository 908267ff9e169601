import { connect, type Socket } from 'node:net';

import { maxMediaMessageSizeBytes } from '../../../signaling/protocol/media-message.js';

import { FrameReader, frameOf } from './framing.js';
import type { Upstream } from './upstream.js';

const retryDelayMs = 100;
/** A pipeline this far behind with what it is told has hung. */
const maxBacklogBytes = 256 * 1024;
const maxFrameSizeBytes = maxMediaMessageSizeBytes + 1024;

export interface BroadcastClientEvents {
  readonly onConnect: () => void;
  readonly onMessage: (encoded: Uint8Array<ArrayBuffer>) => void;
  /** The pipeline went away; the client keeps trying to reach its successor. */
  readonly onDisconnect: () => void;
}

/** Subscribes to a pipeline's broadcast and stays subscribed over the pipeline's restarts. */
export class BroadcastClient {
  readonly #socketPath: string;
  readonly #events: BroadcastClientEvents;
  /** Connected or being connected. */
  #socket: Socket | null = null;
  #connected = false;
  #retry: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(socketPath: string, events: BroadcastClientEvents) {
    this.#socketPath = socketPath;
    this.#events = events;
    this.#connect();
  }

  /** Sends to the pipeline; dropped while there is none, since it starts from a clean state. */
  send(message: Upstream): void {
    const socket = this.#socket;
    if (!this.#connected || !socket) return;
    socket.write(frameOf(Buffer.from(JSON.stringify(message))));
    if (socket.writableLength > maxBacklogBytes) socket.destroy(new Error('pipeline hangs'));
  }

  close(): void {
    this.#closed = true;
    if (this.#retry) clearTimeout(this.#retry);
    this.#socket?.destroy();
  }

  #connect(): void {
    const socket = connect(this.#socketPath);
    this.#socket = socket;
    const reader = new FrameReader(maxFrameSizeBytes);
    socket.on('connect', () => {
      this.#connected = true;
      this.#events.onConnect();
    });
    socket.on('data', (chunk) => {
      try {
        for (const payload of reader.push(chunk)) this.#events.onMessage(payload);
      } catch (error) {
        socket.destroy(error instanceof Error ? error : new Error('malformed broadcast'));
      }
    });
    // Connection errors end in 'close', which retries.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#onClose());
  }

  #onClose(): void {
    const wasConnected = this.#connected;
    this.#connected = false;
    this.#socket = null;
    if (this.#closed) return;
    if (wasConnected) this.#events.onDisconnect();
    this.#retry = setTimeout(() => this.#connect(), retryDelayMs);
  }
}
