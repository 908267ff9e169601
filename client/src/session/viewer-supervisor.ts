import type { MediaMessage } from '../../../signaling/protocol/media-message.js';
import type { ViewerPath } from '../../../signaling/protocol/transport.js';

import type { ViewerSession, ViewerSessionEvents } from './viewer-session.js';

/** What is supervised: a `ViewerSession`, or in tests what acts like one. */
export type SupervisedViewer = Pick<
  ViewerSession,
  'via' | 'viewerId' | 'open' | 'start' | 'check' | 'lose' | 'close'
>;

export interface ViewerSupervisorParts {
  readonly makeViewer: (
    via: ViewerPath,
    events: Pick<ViewerSessionEvents, 'onMessage' | 'onDoubt' | 'onLost'>,
  ) => SupervisedViewer;
  /** Ways of this browser to media. */
  readonly ways: readonly ViewerPath[];
  /** Whether a viewer can be opened now; {@link ViewerSupervisor.open} is to be called when that changes. */
  readonly canOpen: () => boolean;
  /** A viewer takes over from the one before, if any: its messages follow. */
  readonly onSwitch: (viewer: SupervisedViewer) => void;
  readonly onMessage: (message: MediaMessage) => void;
  /** No viewer is left; others are tried. */
  readonly onInterrupted: () => void;
  /** Every way was tried in vain; they are tried again. */
  readonly onBlocked: () => void;
}

/** The head start of data channels, after which the slower but surer way is tried too. */
const headStartMs = 2000;
/** The same in place of a viewer that was lost: how long it should take is known, and somebody waits. */
const replacementHeadStartMs = 500;
/** Between two tries while there is no picture. */
const firstRetryMs = 250;
const maxRetryMs = 2000;
/** Between two tries to get from WebSocket back to data channels. */
const firstUpgradeMs = 10_000;
const maxUpgradeMs = 60_000;
/** A viewer that was over sooner gives no reason to hurry with the next. */
const briefMs = 3000;
/** Messages before a viewer's first picture: init segments, cursor, pointer. */
const maxPreamble = 16;

/**
 * Keeps a page watching: opens viewers, races the two ways to media, replaces a viewer that is lost
 * or in doubt and brings one back from WebSocket to data channels. The viewer that plays goes on
 * until the first picture of the next one is there.
 */
export class ViewerSupervisor {
  readonly #parts: ViewerSupervisorParts;
  readonly #nowMs: () => number;
  /** The one that is seen. */
  #current: SupervisedViewer | null = null;
  #currentSinceMs = 0;
  /** Open and asked to begin; takes over with its first picture. */
  #starting: { readonly viewer: SupervisedViewer; readonly preamble: MediaMessage[] } | null = null;
  /** At most one of each way. */
  readonly #opening = new Map<ViewerPath, SupervisedViewer>();
  /** The current viewer is to be replaced, though it may still play. */
  #isRenewing = false;
  /** Data channels did not open in time, lately. */
  #isUdpBlocked = false;
  /** What failed since the last viewer played. */
  readonly #failed = new Set<ViewerPath>();
  #retryMs = firstRetryMs;
  #retryTimer: number | undefined;
  #raceTimer: number | undefined;
  #upgradeMs = firstUpgradeMs;
  #upgradeTimer: number | undefined;

  constructor(parts: ViewerSupervisorParts, nowMs: () => number = () => performance.now()) {
    this.#parts = parts;
    this.#nowMs = nowMs;
  }

  get current(): SupervisedViewer | null {
    return this.#current;
  }

  /** Sees to it that there is a viewer, from now on. */
  open(): void {
    this.#race(headStartMs);
  }

  /** Replaces the viewer there is: it may not last, though it may still play. */
  renew(): void {
    this.#giveUpTries();
    this.#isRenewing = this.#current !== null;
    this.open();
  }

  /** The network is another: what is known of the old one does not count any more. */
  networkChanged(): void {
    this.#isUdpBlocked = false;
    this.#retryMs = firstRetryMs;
    this.#upgradeMs = firstUpgradeMs;
    this.check();
    this.renew();
    this.#open('websocket');
  }

  /** Asks every viewer for a sign of life, and waits no longer for the next try. */
  check(): void {
    this.#current?.check();
    if (!this.#current && this.#opening.size === 0) this.open();
  }

  /** The viewer of this id, if it is one of this page. */
  find(viewerId: string): SupervisedViewer | null {
    const viewers = [this.#current, this.#starting?.viewer, ...this.#opening.values()];
    return viewers.find((viewer) => viewer?.viewerId === viewerId) ?? null;
  }

  /** Ends every viewer. {@link open} begins anew. */
  close(): void {
    window.clearTimeout(this.#retryTimer);
    window.clearTimeout(this.#upgradeTimer);
    this.#giveUpTries();
    this.#current?.close();
    this.#current = null;
    this.#isRenewing = false;
  }

  /** Tries both ways, data channels first where they may work. */
  #race(leadMs: number): void {
    window.clearTimeout(this.#retryTimer);
    if (!this.#parts.canOpen() || this.#starting) return;
    if (this.#current && !this.#isRenewing) return;
    if (!this.#parts.ways.includes('webrtc') || this.#isUdpBlocked) {
      this.#open('websocket');
      return;
    }
    this.#open('webrtc');
    this.#raceTimer ??= window.setTimeout(() => {
      this.#raceTimer = undefined;
      this.#open('websocket');
    }, leadMs);
  }

  #giveUpTries(): void {
    this.#stopRace();
    this.#starting?.viewer.close();
    this.#starting = null;
    for (const viewer of this.#opening.values()) viewer.close();
    this.#opening.clear();
  }

  #open(via: ViewerPath): void {
    if (this.#opening.has(via) || !this.#parts.ways.includes(via) || !this.#parts.canOpen()) return;
    const viewer = this.#parts.makeViewer(via, {
      onMessage: (message) => this.#onMessage(viewer, message),
      onDoubt: () => {
        if (viewer === this.#current && !this.#isRenewing) this.renew();
      },
      onLost: () => this.#onLost(viewer),
    });
    this.#opening.set(via, viewer);
    // Its own loss tells of a viewer that cannot be opened, unless it never came so far.
    viewer.open().then(
      () => this.#onOpen(viewer),
      () => viewer.lose('it did not open'),
    );
  }

  #onOpen(viewer: SupervisedViewer): void {
    const { via } = viewer;
    if (this.#opening.get(via) !== viewer) return;
    this.#opening.delete(via);
    this.#stopRace();
    if (via === 'webrtc') {
      this.#isUdpBlocked = false;
      this.#opening.get('websocket')?.close();
      this.#opening.delete('websocket');
    } else {
      // Data channels that are still opening go on, and take over should they open all the same.
      this.#isUdpBlocked = this.#opening.has('webrtc') || this.#failed.has('webrtc');
    }
    if (this.#isWanted(viewer)) this.#start(viewer);
    else viewer.close();
  }

  #isWanted({ via }: SupervisedViewer): boolean {
    if (via === 'webrtc') return this.#current?.via !== 'webrtc' || this.#isRenewing;
    return this.#starting?.viewer.via !== 'webrtc' && (!this.#current || this.#isRenewing);
  }

  #start(viewer: SupervisedViewer): void {
    this.#starting?.viewer.close();
    this.#starting = { viewer, preamble: [] };
    viewer.start().catch(() => viewer.lose('it did not start'));
  }

  #onMessage(viewer: SupervisedViewer, message: MediaMessage): void {
    if (viewer === this.#current) this.#parts.onMessage(message);
    if (viewer !== this.#starting?.viewer) return;
    const { preamble } = this.#starting;
    const isPicture = message.kind === 'fragment' && message.track === 'video';
    if (isPicture && message.keyFrame) {
      this.#takeOver(viewer);
      for (const earlier of preamble) this.#parts.onMessage(earlier);
      this.#parts.onMessage(message);
    } else if (message.kind !== 'fragment' && preamble.length < maxPreamble) preamble.push(message);
  }

  #takeOver(viewer: SupervisedViewer): void {
    const former = this.#current;
    this.#current = viewer;
    this.#currentSinceMs = this.#nowMs();
    this.#starting = null;
    this.#isRenewing = false;
    this.#retryMs = firstRetryMs;
    this.#failed.clear();
    former?.close();
    if (viewer.via === 'webrtc') this.#upgradeMs = firstUpgradeMs;
    this.#upgradeLater();
    this.#parts.onSwitch(viewer);
  }

  #onLost(viewer: SupervisedViewer): void {
    if (viewer === this.#current) {
      const isBrief = this.#nowMs() - this.#currentSinceMs < briefMs;
      this.#current = null;
      this.#isRenewing = false;
      // The next one is on its way already: its picture is there in a moment.
      if (this.#starting) return;
      this.#parts.onInterrupted();
      if (isBrief) this.#retryLater();
      else this.#race(replacementHeadStartMs);
      return;
    }
    if (viewer === this.#starting?.viewer) {
      this.#starting = null;
      if (!this.#current) this.#parts.onInterrupted();
    } else if (this.#opening.get(viewer.via) === viewer) this.#opening.delete(viewer.via);
    else return;
    this.#onFailed(viewer.via);
  }

  #onFailed(via: ViewerPath): void {
    this.#failed.add(via);
    if (via === 'websocket') this.#isUdpBlocked = false;
    else if (this.#raceTimer !== undefined) {
      // No need to wait for the end of a head start that led nowhere.
      this.#stopRace();
      this.#open('websocket');
    }
    if (this.#opening.size > 0 || this.#starting) return;
    if (!this.#current && this.#parts.ways.every((way) => this.#failed.has(way))) {
      this.#parts.onBlocked();
    }
    if (!this.#current || this.#isRenewing) this.#retryLater();
  }

  #retryLater(): void {
    window.clearTimeout(this.#retryTimer);
    this.#retryTimer = window.setTimeout(() => this.open(), this.#retryMs);
    this.#retryMs = Math.min(maxRetryMs, this.#retryMs * 2);
  }

  #upgradeLater(): void {
    window.clearTimeout(this.#upgradeTimer);
    if (this.#current?.via !== 'websocket') return;
    this.#upgradeTimer = window.setTimeout(() => {
      if (this.#current?.via !== 'websocket') return;
      this.#open('webrtc');
      // Where it cannot be tried now, or is being tried, it is tried again later.
      this.#upgradeLater();
    }, this.#upgradeMs);
    this.#upgradeMs = Math.min(maxUpgradeMs, this.#upgradeMs * 2);
  }

  #stopRace(): void {
    window.clearTimeout(this.#raceTimer);
    this.#raceTimer = undefined;
  }
}
