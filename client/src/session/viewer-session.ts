import type { MediaMessage } from '../../../signaling/protocol/media-message.js';
import { unwrap } from '../../../signaling/protocol/result.js';
import type { SoundCodec } from '../../../signaling/protocol/transport.js';
import type { Input } from '../../../signaling/protocol/viewer-messages.js';
import { ClockSync } from '../media/clock-sync.js';
import {
  cursorShapeOf,
  desktopSizeOf,
  pointerOf,
  type CursorShape,
  type DesktopPoint,
  type DesktopSize,
} from '../media/cursor.js';
import type { SoundPlayer } from '../media/sound/sound-player.js';
import { VideoPlayer } from '../media/video/video-player.js';
import type { MediaDevice } from '../transport/media-device.js';
import { ViewerConnection } from '../transport/viewer-connection.js';

import type { ViewerStats } from './session-state.js';
import type { SignalingClient } from './signaling-client.js';
import { ViewerMeter } from './viewer-meter.js';

export interface ViewerSessionEvents {
  /** The first picture of this viewer is on the screen. */
  readonly onPlaying: () => void;
  /** This viewer is over; another may be opened. */
  readonly onLost: (why: string) => void;
  readonly onUnsupported: () => void;
  readonly onStats: (stats: ViewerStats) => void;
  readonly onCursor: (shape: CursorShape | null) => void;
  readonly onPointer: (point: DesktopPoint) => void;
  readonly onDesktopSize: (size: DesktopSize) => void;
}

export interface ViewerSessionParts {
  readonly device: MediaDevice;
  readonly signaling: SignalingClient;
  readonly video: HTMLVideoElement;
  readonly sound: SoundPlayer | null;
}

const statsIntervalMs = 1000;
const pingIntervalMs = 1000;
/** Acknowledgements are worth a message each this often at most. */
const acknowledgeIntervalMs = 100;

/** One viewer from opening to loss: it joins a media connection to the players of the page. */
export class ViewerSession {
  /** What this viewer's sound comes as; the player may be replaced by one of another kind. */
  readonly sound: SoundCodec;
  readonly #parts: ViewerSessionParts;
  readonly #events: ViewerSessionEvents;
  readonly #clock = new ClockSync();
  readonly #meter = new ViewerMeter(this.#clock);
  #connection: ViewerConnection | null = null;
  #player: VideoPlayer | null = null;
  #viewerId: string | null = null;
  #timers: number[] = [];
  #path: ViewerStats['path'] = 'unknown';
  #playing = false;
  #acknowledgedMs = -Infinity;
  #closed = false;

  constructor(parts: ViewerSessionParts, events: ViewerSessionEvents) {
    this.#parts = parts;
    this.sound = parts.sound?.codec ?? 'opus';
    this.#events = events;
  }

  get viewerId(): string | null {
    return this.#viewerId;
  }

  /** @throws RequestError or Error when the viewer cannot be opened */
  async open(): Promise<void> {
    const { signaling, device, video } = this.#parts;
    const offer = unwrap(
      await signaling.request('viewer:open', { via: 'webrtc', sound: this.sound }),
    );
    if (offer.via !== 'webrtc') throw new Error('the offer is none of WebRTC');
    if (this.#closed) return;
    const { viewerId } = offer;
    this.#viewerId = viewerId;
    const connection = new ViewerConnection(
      device,
      {
        connect: async (transportId, remote) => {
          unwrap(await signaling.request('transport:connect', { viewerId, transportId, remote }));
        },
        candidate: (transportId, candidate) =>
          void signaling.request('transport:candidate', { viewerId, transportId, candidate }),
        openSend: async () => unwrap(await signaling.request('transport:open', { viewerId })),
        produce: async (transportId, label, sctpStreamParameters) => {
          const request = { viewerId, transportId, label, sctpStreamParameters };
          return unwrap(await signaling.request('data:produce', request)).dataProducerId;
        },
      },
      {
        onMessage: (message) => this.#onMessage(message),
        onLost: (why) => this.#lose(why),
      },
    );
    this.#connection = connection;
    this.#player = new VideoPlayer(video, {
      onFrame: (captureTimeMs) => this.#onFrame(captureTimeMs),
      onAppended: (sequence) => this.#acknowledge(sequence),
      onResync: () => connection.sendFeedback({ type: 'resync' }),
      onUnsupported: () => this.#events.onUnsupported(),
    });
    await connection.openReceive(offer);
    unwrap(await signaling.request('viewer:start', { viewerId }));
    await this.#openSend(connection);
  }

  addRemoteCandidate(transportId: string, candidate: string): void {
    this.#connection?.addRemoteCandidate(transportId, candidate);
  }

  sendInput(input: Input): void {
    this.#connection?.sendInput(input);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const timer of this.#timers) window.clearInterval(timer);
    const { signaling } = this.#parts;
    if (this.#viewerId !== null && signaling.connected) {
      void signaling.request('viewer:close', { viewerId: this.#viewerId });
    }
    this.#connection?.close();
    this.#player?.close();
  }

  async #openSend(connection: ViewerConnection): Promise<void> {
    await connection.openSend();
    if (this.#closed) return;
    const ping = (): void =>
      connection.sendFeedback({ type: 'ping', pageTimeMs: ClockSync.pageTimeMs() });
    ping();
    this.#timers.push(
      window.setInterval(ping, pingIntervalMs),
      window.setInterval(() => void this.#report(connection), statsIntervalMs),
    );
  }

  #onMessage(message: MediaMessage): void {
    this.#meter.received(message);
    if (message.track === 'video') this.#player?.push(message);
    else if (message.track === 'audio') this.#parts.sound?.push(message);
    else if (message.kind === 'clock') {
      this.#clock.take(message.decodeTimeSeconds, message.captureTimeMs);
    } else if (message.kind === 'cursor') this.#events.onCursor(cursorShapeOf(message.payload));
    else if (message.kind === 'desktop') {
      const size = desktopSizeOf(message.payload);
      if (size) this.#events.onDesktopSize(size);
    } else if (message.kind === 'pointer') {
      const point = pointerOf(message.payload);
      if (point) this.#events.onPointer(point);
    }
  }

  #onFrame(captureTimeMs: number | null): void {
    this.#meter.shown(captureTimeMs);
    if (this.#playing) return;
    this.#playing = true;
    this.#events.onPlaying();
  }

  #acknowledge(sequence: number): void {
    const nowMs = performance.now();
    if (nowMs - this.#acknowledgedMs < acknowledgeIntervalMs) return;
    this.#acknowledgedMs = nowMs;
    this.#connection?.sendFeedback({ type: 'ack', sequence });
  }

  async #report(connection: ViewerConnection): Promise<void> {
    if (this.#path === 'unknown') {
      const path = await connection.selectedPath();
      if (path) this.#path = pathOf(path.local, path.remote);
    }
    const figures = this.#meter.read();
    if (!this.#closed) {
      this.#events.onStats({ ...figures, roundTripMs: this.#clock.roundTripMs, path: this.#path });
    }
  }

  #lose(why: string): void {
    if (this.#closed) return;
    this.close();
    this.#events.onLost(why);
  }
}

function pathOf(local: string, remote: string): ViewerStats['path'] {
  if (local === 'relay' || remote === 'relay') return 'relay';
  if (local === 'srflx' || remote === 'srflx') return 'reflexive';
  return 'direct';
}
