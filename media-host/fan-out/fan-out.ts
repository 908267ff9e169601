import type { HostViewerOpen } from '../../signaling/protocol/host-events.js';
import {
  decodeMediaMessage,
  type MediaTrack,
  type Rendition,
  type VideoRendition,
} from '../../signaling/protocol/media-message.js';
import { RequestError } from '../../signaling/protocol/result.js';
import type { HostViewerOffer } from '../../signaling/protocol/transport.js';
import type { Input } from '../../signaling/protocol/viewer-messages.js';
import { BroadcastClient } from '../pipeline/broadcast/broadcast-client.js';
import { GroupCache } from '../pipeline/broadcast/group-cache.js';

import { demandOf } from './demand.js';
import type { FanOutOptions } from './fan-out-options.js';
import { RateMeter } from './rate-meter.js';
import type { GroupPicture, SubscriberSource } from './subscriber-source.js';
import { toLibdatachannel } from './transport/ice-servers.js';
import { Viewer, type ViewerCounters } from './viewer.js';

/** A group longer than this takes a page longer to catch up with than a key frame takes to come. */
const cacheLimits = { messages: 24, sizeBytes: 256 * 1024 };
/** How viewers fare changes with time alone, too. */
const demandIntervalMs = 1000;

export interface FanOutEvents {
  readonly onCandidate: (viewerId: string, transportId: string, candidate: string) => void;
  readonly onViewerLost: (viewerId: string, why: string) => void;
  /** A viewer is over, for whatever reason. */
  readonly onViewerClosed: (viewerId: string, counters: ViewerCounters) => void;
}

/**
 * Feeds a room's broadcast to viewers, and passes the controller's input on. A room may have several;
 * who is where, and how many are too many, its media host knows.
 */
export class FanOut {
  readonly #options: FanOutOptions;
  readonly #events: FanOutEvents;
  readonly #broadcast: BroadcastClient;
  readonly #cache = new GroupCache(cacheLimits);
  readonly #viewers = new Map<string, Viewer>();
  readonly #mainRate = new RateMeter();
  readonly #source = this.#makeSource();
  readonly #demandTimer: NodeJS.Timeout;
  #announced = '';
  #controllerId: string | null = null;

  constructor(options: FanOutOptions, events: FanOutEvents) {
    this.#options = options;
    this.#events = events;
    this.#broadcast = new BroadcastClient(options.broadcastSocketPath, {
      onConnect: () => {
        this.#announced = '';
        this.#announceDemand();
      },
      onMessage: (encoded) => this.#publish(encoded),
      onDisconnect: () => this.#cache.clear(),
    });
    this.#demandTimer = setInterval(() => this.#announceDemand(), demandIntervalMs);
  }

  get viewerCount(): number {
    return this.#viewers.size;
  }

  async openViewer(request: Omit<HostViewerOpen, 'roomId'>): Promise<HostViewerOffer> {
    const { viewerId, memberId, iceServers, mediaToken, sound = 'opus' } = request;
    const viewer = new Viewer(
      viewerId,
      memberId,
      sound,
      {
        iceServers: toLibdatachannel(iceServers),
        bindAddress: this.#options.bindAddress,
        portRange: this.#options.portRange,
      },
      this.#source,
      {
        onCandidate: (transportId, line) => this.#events.onCandidate(viewerId, transportId, line),
        onInput: (input) => this.#onInput(memberId, input),
        onLost: (why) => {
          this.closeViewer(viewerId);
          this.#events.onViewerLost(viewerId, why);
        },
      },
    );
    const via = mediaToken === undefined ? 'webrtc' : 'websocket';
    // Of what a page has not started, one try of each kind is enough; an earlier one was given up.
    this.#replace((other) => other.memberId === memberId && other.via === via && !other.isStarted);
    this.#viewers.set(viewerId, viewer);
    this.#announceDemand();
    try {
      if (mediaToken !== undefined) {
        viewer.openSocket(this.#options.signalingUrl, mediaToken);
        return { via: 'websocket', viewerId };
      }
      return await viewer.openReceive();
    } catch (error) {
      this.closeViewer(viewerId);
      throw error;
    }
  }

  /**
   * Starts sending to a viewer whose page has its channels ready. It takes the place of the one the
   * member watched before: until here the page could go on with that.
   */
  async startViewer(viewerId: string): Promise<void> {
    const viewer = this.viewer(viewerId);
    await viewer.untilOpen();
    this.#replace(
      (other) => other !== viewer && other.memberId === viewer.memberId && other.isStarted,
    );
    viewer.start();
  }

  closeViewer(viewerId: string): void {
    const viewer = this.#viewers.get(viewerId);
    if (!viewer) return;
    this.#viewers.delete(viewerId);
    viewer.close();
    // A page that is gone sends no more key releases.
    if (viewer.memberId === this.#controllerId) this.#releaseInput();
    this.#announceDemand();
    this.#events.onViewerClosed(viewerId, viewer.counters);
  }

  /** @throws RequestError when there is no such viewer */
  viewer(viewerId: string): Viewer {
    const viewer = this.#viewers.get(viewerId);
    if (!viewer) throw new RequestError('viewer-unknown', 'There is no such viewer any more.');
    return viewer;
  }

  /** Only this member's input passes from now on; what the one before holds down is released. */
  setController(memberId: string | null): void {
    if (this.#controllerId === memberId) return;
    this.#controllerId = memberId;
    this.#releaseInput();
  }

  close(): void {
    for (const viewer of this.#viewers.values()) viewer.close();
    this.#viewers.clear();
    clearInterval(this.#demandTimer);
    this.#broadcast.close();
  }

  #makeSource(): SubscriberSource {
    const cache = this.#cache;
    const mainRate = this.#mainRate;
    return {
      init: (track: MediaTrack, rendition: Rendition) => cache.init(track, rendition),
      group: (rendition: VideoRendition) => cache.group(rendition)?.map(decoded) ?? null,
      newest: () => cache.newest(),
      get mainKbps() {
        return mainRate.kbps;
      },
      requestKeyFrame: (rendition) => this.#broadcast.send({ type: 'key-frame', rendition }),
      demandChanged: () => this.#announceDemand(),
    };
  }

  #publish(encoded: Uint8Array<ArrayBuffer>): void {
    const message = decodeMediaMessage(encoded);
    this.#cache.push(encoded, message);
    const { kind, track, rendition } = message;
    if (kind === 'fragment' && track === 'video' && rendition === 'main') {
      this.#mainRate.add(encoded.byteLength, performance.now());
    }
    // A viewer that fails takes itself off the list meanwhile.
    for (const viewer of [...this.#viewers.values()]) viewer.push(encoded, message);
  }

  #replace(isObsolete: (viewer: Viewer) => boolean): void {
    for (const { viewerId } of [...this.#viewers.values()].filter(isObsolete)) {
      this.closeViewer(viewerId);
      this.#events.onViewerLost(viewerId, 'replaced');
    }
  }

  /** @returns whether it was passed on */
  #onInput(memberId: string, input: Input): boolean {
    if (memberId !== this.#controllerId) return false;
    this.#broadcast.send({ type: 'input', input });
    return true;
  }

  #releaseInput(): void {
    this.#broadcast.send({ type: 'input', input: { type: 'release-all' } });
  }

  #announceDemand(): void {
    const demand = demandOf(this.#viewers.values(), performance.now());
    const announced = JSON.stringify(demand);
    if (announced === this.#announced) return;
    this.#announced = announced;
    // A rendition that is encoded no more shows what is no longer true.
    for (const rendition of ['main', 'small'] as const) {
      if (demand[rendition].receiving === 0) this.#cache.clearGroup(rendition);
    }
    this.#broadcast.send({ type: 'demand', demand });
  }
}

function decoded(encoded: Uint8Array<ArrayBuffer>): GroupPicture {
  return { encoded, message: decodeMediaMessage(encoded) };
}
