import type { MediaMessage } from '../../../signaling/protocol/media-message.js';
import { unwrap } from '../../../signaling/protocol/result.js';
import type { SoundCodec, ViewerPath } from '../../../signaling/protocol/transport.js';
import type { Input, RenditionChoice } from '../../../signaling/protocol/viewer-messages.js';
import { ClockSync } from '../media/clock-sync.js';
import type { MediaDevice } from '../transport/media-device.js';

import type { ViewerStats } from './session-state.js';
import type { SignalingClient } from './signaling-client.js';
import { StallWatch } from './stall-watch.js';
import { webRtcLink, webSocketLink, type ViewerLink } from './viewer-link.js';
import { ViewerMeter } from './viewer-meter.js';

export interface ViewerSessionEvents {
  /** A message of the media host, other than the answer to a ping. */
  readonly onMessage: (message: MediaMessage) => void;
  /** The network does not answer for now. */
  readonly onDoubt: () => void;
  /** This viewer is over; another may be opened. Not called after {@link ViewerSession.close}. */
  readonly onLost: (why: string) => void;
  readonly onStats: (stats: Omit<ViewerStats, 'pictureHeight'>) => void;
  /** The way back is open: what is to be said first can be said. */
  readonly onReady: () => void;
}

export interface ViewerSessionParts {
  /** Null in a browser without WebRTC. */
  readonly device: MediaDevice | null;
  readonly signaling: SignalingClient;
  /** What this viewer's sound comes as. */
  readonly sound: SoundCodec;
}

const statsIntervalMs = 1000;
/** Acknowledgements are worth a message each this often at most. */
const acknowledgeIntervalMs = 50;
/** How long media may take to be able to come, and, once asked for, to come both ways. */
const openTimeoutMs = 8000;
const startTimeoutMs = 5000;

/** One viewer from opening to loss: a media connection, watched and measured. */
export class ViewerSession {
  readonly via: ViewerPath;
  readonly #parts: ViewerSessionParts;
  readonly #events: ViewerSessionEvents;
  readonly #clock = new ClockSync();
  readonly #meter = new ViewerMeter(this.#clock);
  readonly #stallWatch = new StallWatch({
    ping: () => this.#link?.sendFeedback({ type: 'ping', pageTimeMs: ClockSync.pageTimeMs() }),
    // A network that is gone took the signaling connection along, which would tell much later.
    onDoubt: () => void this.#parts.signaling.check(),
    onStall: () => this.lose('nothing comes any more'),
  });
  #link: ViewerLink | null = null;
  #viewerId: string | null = null;
  #deadline: number | undefined;
  #statsTimer: number | undefined;
  #path: ViewerStats['path'] = 'unknown';
  #acknowledgedMs = -Infinity;
  #acknowledgeTimer: number | undefined;
  #appended: number | null = null;
  #canSend = false;
  #closed = false;

  constructor(via: ViewerPath, parts: ViewerSessionParts, events: ViewerSessionEvents) {
    this.via = via;
    this.#parts = parts;
    this.#events = events;
  }

  /** What this viewer's sound comes as; the player may be replaced by one of another kind. */
  get sound(): SoundCodec {
    return this.#parts.sound;
  }

  get viewerId(): string | null {
    return this.#viewerId;
  }

  /** Resolves when media can come. @throws RequestError or Error when it cannot */
  async open(): Promise<void> {
    this.#limit(openTimeoutMs, 'it took too long to open');
    const { signaling, sound } = this.#parts;
    const offer = unwrap(await signaling.request('viewer:open', { via: this.via, sound }));
    this.#viewerId = offer.viewerId;
    if (this.#isOver()) {
      this.#closeAtHost();
      throw new Error('closed meanwhile');
    }
    const events = {
      onMessage: (message: MediaMessage) => this.#onMessage(message),
      onDoubt: () => this.#events.onDoubt(),
      onLost: (why: string) => this.lose(why),
    };
    this.#link =
      offer.via === 'websocket'
        ? webSocketLink(offer, events)
        : webRtcLink(offer, this.#device(), signaling, events);
    await this.#link.openReceive();
    this.#unlimit();
  }

  /** Lets media come, and opens the way back. @throws RequestError or Error when that fails */
  async start(): Promise<void> {
    const { signaling } = this.#parts;
    const viewerId = this.#viewerId;
    if (this.#closed || viewerId === null) throw new Error('the viewer is not open');
    this.#limit(startTimeoutMs, 'it took too long to start');
    const [started] = await Promise.all([
      signaling.request('viewer:start', { viewerId }),
      this.#link?.openSend(),
    ]);
    unwrap(started);
    if (this.#isOver()) return;
    this.#unlimit();
    this.#canSend = true;
    this.#acknowledge();
    this.#events.onReady();
    this.#stallWatch.start();
    this.#reportLater();
  }

  /** Asks for a sign of life at once; without one this viewer is over soon. */
  check(): void {
    this.#stallWatch.check();
  }

  sendInput(input: Input): void {
    this.#link?.sendInput(input);
  }

  /** Everything up to this sequence number of the video track is in the buffer. */
  appended(sequence: number): void {
    // The last of a burst is acknowledged too, or the media host would take it for one that is on the way.
    const isDue = this.#appended !== null;
    this.#appended = sequence;
    if (isDue) return;
    const delayMs = this.#acknowledgedMs + acknowledgeIntervalMs - performance.now();
    if (delayMs <= 0) this.#acknowledge();
    else this.#acknowledgeTimer = window.setTimeout(() => this.#acknowledge(), delayMs);
  }

  /** Which rendition the member wants. */
  choose(choice: RenditionChoice): void {
    this.#link?.sendFeedback({ type: 'quality', choice });
  }

  /** Whether anybody can see the page; while nobody can, only sound comes. */
  setVisible(visible: boolean): void {
    this.#link?.sendFeedback({ type: 'visibility', visible });
  }

  /** Playing on needs a key frame. */
  resync(): void {
    this.#link?.sendFeedback({ type: 'resync' });
  }

  /** A frame of this viewer was shown. @param captureTimeMs host's time, when known */
  shown(captureTimeMs: number | null): void {
    this.#meter.shown(captureTimeMs);
  }

  /** Ends this viewer, and says so. */
  lose(why: string): void {
    if (this.#closed) return;
    this.close();
    this.#events.onLost(why);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#unlimit();
    window.clearTimeout(this.#statsTimer);
    window.clearTimeout(this.#acknowledgeTimer);
    this.#stallWatch.close();
    this.#closeAtHost();
    this.#link?.close();
  }

  #acknowledge(): void {
    const sequence = this.#appended;
    if (sequence === null || this.#closed || !this.#canSend) return;
    this.#appended = null;
    this.#acknowledgedMs = performance.now();
    this.#link?.sendFeedback({ type: 'ack', sequence });
  }

  #device(): MediaDevice {
    const { device } = this.#parts;
    if (!device) throw new Error('this browser has no WebRTC');
    return device;
  }

  /* The compiler takes a flag for unchanged while something is awaited. */
  #isOver(): boolean {
    return this.#closed;
  }

  #closeAtHost(): void {
    const { signaling } = this.#parts;
    if (this.#viewerId !== null && signaling.connected) {
      void signaling.request('viewer:close', { viewerId: this.#viewerId });
    }
  }

  #limit(timeoutMs: number, why: string): void {
    this.#unlimit();
    this.#deadline = window.setTimeout(() => this.lose(why), timeoutMs);
  }

  #unlimit(): void {
    window.clearTimeout(this.#deadline);
  }

  #onMessage(message: MediaMessage): void {
    if (this.#closed) return;
    this.#stallWatch.heard();
    this.#meter.received(message);
    if (message.kind === 'clock') {
      this.#clock.take(message.decodeTimeSeconds, message.captureTimeMs);
    } else if (message.kind === 'probe') {
      this.#link?.sendFeedback({ type: 'probe', sequence: message.sequence });
    } else this.#events.onMessage(message);
  }

  #reportLater(): void {
    this.#statsTimer = window.setTimeout(() => void this.#report(), statsIntervalMs);
  }

  async #report(): Promise<void> {
    if (this.#path === 'unknown') this.#path = (await this.#link?.path()) ?? 'unknown';
    if (this.#closed) return;
    const figures = this.#meter.read();
    this.#events.onStats({ ...figures, roundTripMs: this.#clock.roundTripMs, path: this.#path });
    this.#reportLater();
  }
}
