import { EventEmitter } from 'node:events';

import type { Logger } from 'pino';

import { RequestError } from '../../signaling/protocol/result.js';
import type { ViewerCloseReason } from '../../signaling/protocol/room.js';
import type { HostViewerOffer } from '../../signaling/protocol/transport.js';
import type { FanOutNotices, FanOutRequests } from '../supervision/child-ipc.js';
import { systemClock, type Clock } from '../supervision/clock.js';
import type { SupervisedProcess } from '../supervision/supervised-process.js';

import { leastLoaded, maxViewersPerRoom, neededFanOuts, placeFor } from './fan-out-placement.js';
import { RoomFanOut } from './room-fan-out.js';

/** How long a process the room no longer needs is kept, for viewers that come back, ms. */
export const idleTimeoutMs = 60_000;
/** How long a viewer goes on that the signaling service may have forgotten, ms. */
const orphanTimeoutMs = 10_000;
/** How long a newcomer waits for a process that starts, before a full one takes it, ms. */
const placeTimeoutMs = 2000;
const notRunning = 'The room’s picture is being restarted.';

export interface RoomFanOutsEvents {
  /** A process runs, for the first time or again. */
  running: [];
  /** A process died or hung; the message suits an operator. */
  failure: [message: string];
  viewerClosed: [viewerId: string, reason: ViewerCloseReason];
  candidate: [candidate: FanOutNotices['transport:candidate']];
  checkCandidate: [candidate: FanOutNotices['check:candidate']];
}

export interface RoomFanOutsOptions {
  readonly makeProcess: () => SupervisedProcess;
  /** Viewers one process is given before another is opened. */
  readonly viewersPerFanOut: number;
  readonly logger: Logger;
  readonly clock?: Clock;
}

/** Requests about one viewer, other than those that change where it is. */
type ForwardedRequest = Extract<keyof FanOutRequests, `transport:${string}` | 'data:produce'>;
type CheckRequest = Extract<keyof FanOutRequests, `check:${string}`>;

interface PlacedViewer {
  readonly memberId: string;
  /** Null while it waits for a process. */
  fanOut: RoomFanOut | null;
  /** Whether its owner knows of it, and is to be told of its end. */
  isOpen: boolean;
  isStarted: boolean;
}

/**
 * The fan-out processes of a room: as many as its viewers need. Knows which viewer is where, places
 * new ones, and keeps one viewer of a member whatever process it is in.
 */
export class RoomFanOuts extends EventEmitter<RoomFanOutsEvents> {
  readonly #options: RoomFanOutsOptions;
  readonly #clock: Clock;
  /** Oldest first. */
  readonly #fanOuts: RoomFanOut[] = [];
  /** In the order of opening. */
  readonly #viewers = new Map<string, PlacedViewer>();
  readonly #leaving = new Set<Promise<void>>();
  readonly #waiting = new Set<() => void>();
  #controllerId: string | null = null;
  #cancelTrim: (() => void) | null = null;
  #cancelOrphans: (() => void) | null = null;
  #stopping = false;

  constructor(options: RoomFanOutsOptions) {
    super();
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  get isRunning(): boolean {
    return this.#fanOuts.some(({ isRunning }) => isRunning);
  }

  /** The processes there are, oldest first. */
  get processes(): readonly Pick<RoomFanOut, 'pid' | 'viewerCount' | 'isRunning'>[] {
    return this.#fanOuts;
  }

  /** Starts the first process. */
  start(): void {
    this.#adjust();
  }

  /** Ends every process; resolves when they are gone. Viewers are then `host-gone`. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#cancelTrim?.();
    this.#cancelTrim = null;
    this.#cancelOrphans?.();
    this.#cancelOrphans = null;
    this.#wakeWaiting();
    await Promise.all([...this.#leaving, ...this.#fanOuts.map((fanOut) => fanOut.stop())]);
    for (const viewerId of [...this.#viewers.keys()]) this.#lose(viewerId, 'host-gone');
  }

  /** @throws RequestError `room-full`, `desktop-unavailable`, or what the process answers */
  async openViewer(request: FanOutRequests['viewer:open']['payload']): Promise<HostViewerOffer> {
    const { viewerId, memberId } = request;
    if (this.#viewers.size >= maxViewersPerRoom) {
      throw new RequestError('room-full', 'This room has as many viewers as it can feed.');
    }
    const viewer: PlacedViewer = { memberId, fanOut: null, isOpen: false, isStarted: false };
    this.#viewers.set(viewerId, viewer);
    this.#adjust();
    try {
      const fanOut = await this.#place(viewerId, viewer);
      const offer = await fanOut.request('viewer:open', request);
      viewer.isOpen = true;
      return offer;
    } catch (error) {
      // A process that answered too late may have opened it all the same.
      viewer.fanOut?.tell('viewer:close', { viewerId });
      this.#forget(viewerId);
      throw error;
    }
  }

  /**
   * Starts sending to a viewer. It takes the place of the one the member watched before, which may be
   * in another process.
   * @throws RequestError `viewer-unknown`, or what the process answers
   */
  async startViewer(viewerId: string): Promise<void> {
    const viewer = this.#placed(viewerId);
    await viewer.fanOut.request('viewer:start', { viewerId });
    for (const [otherId, other] of [...this.#viewers]) {
      if (other === viewer || other.memberId !== viewer.memberId || !other.isStarted) continue;
      other.fanOut?.tell('viewer:close', { viewerId: otherId });
      this.#lose(otherId, 'closed');
    }
    viewer.isStarted = true;
  }

  /** Closes a viewer; one that is gone is closed already. */
  async closeViewer(viewerId: string): Promise<void> {
    const fanOut = this.#viewers.get(viewerId)?.fanOut;
    this.#forget(viewerId);
    await fanOut?.request('viewer:close', { viewerId });
  }

  /**
   * Ends the viewers there are now, once their pages had time to come back and replace them: who
   * asked for them may be gone.
   */
  closeViewersLater(): void {
    const orphans = [...this.#viewers];
    this.#cancelOrphans?.();
    this.#cancelOrphans = this.#clock.schedule(orphanTimeoutMs, () => {
      this.#cancelOrphans = null;
      for (const [viewerId, viewer] of orphans) {
        if (this.#viewers.get(viewerId) !== viewer) continue;
        viewer.fanOut?.tell('viewer:close', { viewerId });
        this.#forget(viewerId);
      }
    });
  }

  /** Asks the process a viewer is in. @throws RequestError `viewer-unknown`, or what it answers */
  async request<Name extends ForwardedRequest>(
    name: Name,
    payload: FanOutRequests[Name]['payload'],
  ): Promise<FanOutRequests[Name]['answer']> {
    return this.#placed(payload.viewerId).fanOut.request(name, payload);
  }

  /**
   * Asks about a connection check, which is of no viewer: the first process makes them all.
   * @throws RequestError as it answers
   */
  async requestCheck<Name extends CheckRequest>(
    name: Name,
    payload: FanOutRequests[Name]['payload'],
  ): Promise<FanOutRequests[Name]['answer']> {
    const [first] = this.#fanOuts;
    if (!first) throw new RequestError('desktop-unavailable', notRunning);
    return first.request(name, payload);
  }

  /** Whose input is passed on from now on, by every process there is and will be. */
  setController(controllerId: string | null): void {
    this.#controllerId = controllerId;
    for (const fanOut of this.#fanOuts) fanOut.tell('control:update', { controllerId });
  }

  get #neededCount(): number {
    return neededFanOuts(this.#viewers.size, this.#options.viewersPerFanOut);
  }

  /** Opens the processes that are missing, and sees to it that surplus ones go after a while. */
  #adjust(): void {
    if (this.#stopping) return;
    while (this.#fanOuts.length < this.#neededCount) this.#open();
    if (!this.#surplus()) {
      this.#cancelTrim?.();
      this.#cancelTrim = null;
      return;
    }
    this.#cancelTrim ??= this.#clock.schedule(idleTimeoutMs, () => {
      this.#cancelTrim = null;
      const surplus = this.#surplus();
      if (surplus) this.#close(surplus);
      this.#adjust();
    });
  }

  /** The newest process without viewers, when there are more than needed; never the first. */
  #surplus(): RoomFanOut | null {
    if (this.#fanOuts.length <= this.#neededCount) return null;
    return this.#fanOuts.slice(1).findLast(({ viewerCount }) => viewerCount === 0) ?? null;
  }

  #open(): void {
    const { makeProcess, logger } = this.#options;
    const fanOut: RoomFanOut = new RoomFanOut(
      makeProcess(),
      {
        onRunning: () => {
          fanOut.tell('control:update', { controllerId: this.#controllerId });
          this.#wakeWaiting();
          this.emit('running');
        },
        onFailure: (message) => {
          this.emit('failure', message);
          for (const viewerId of [...fanOut.viewerIds]) this.#lose(viewerId, 'fan-out-restarted');
        },
        onViewerLost: (viewerId) => this.#lose(viewerId, 'connection-lost'),
        onCandidate: (candidate) => this.emit('candidate', candidate),
        onCheckCandidate: (candidate) => this.emit('checkCandidate', candidate),
      },
      logger,
    );
    this.#fanOuts.push(fanOut);
    logger.info({ count: this.#fanOuts.length }, 'fan-out opened');
    fanOut.start();
  }

  #close(fanOut: RoomFanOut): void {
    this.#fanOuts.splice(this.#fanOuts.indexOf(fanOut), 1);
    this.#options.logger.info({ count: this.#fanOuts.length }, 'fan-out closed');
    const gone = fanOut.stop().finally(() => this.#leaving.delete(gone));
    this.#leaving.add(gone);
  }

  /**
   * Gives a new viewer its process. One that starts is waited for while the others are full; a full
   * one is better than none.
   */
  async #place(viewerId: string, viewer: PlacedViewer): Promise<RoomFanOut> {
    const deadlineMs = this.#clock.now() + placeTimeoutMs;
    for (;;) {
      if (this.#viewers.get(viewerId) !== viewer) {
        throw new RequestError('viewer-unknown', 'The viewer was closed meanwhile.');
      }
      const patienceMs = this.#stopping ? 0 : deadlineMs - this.#clock.now();
      const fanOut = this.#choose(patienceMs > 0);
      if (fanOut) {
        viewer.fanOut = fanOut;
        fanOut.viewerIds.add(viewerId);
        return fanOut;
      }
      if (patienceMs <= 0) throw new RequestError('desktop-unavailable', notRunning);
      await this.#nextRunning(patienceMs);
    }
  }

  #choose(mayWait: boolean): RoomFanOut | null {
    const place = placeFor(this.#fanOuts, this.#neededCount, this.#options.viewersPerFanOut);
    const running = this.#fanOuts.filter(({ isRunning }) => isRunning);
    const isMoreToCome = running.length < this.#fanOuts.length;
    return place ?? (mayWait && isMoreToCome ? null : leastLoaded(running));
  }

  #nextRunning(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        cancel();
        this.#waiting.delete(wake);
        resolve();
      };
      const cancel = this.#clock.schedule(timeoutMs, wake);
      this.#waiting.add(wake);
    });
  }

  #wakeWaiting(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  #placed(viewerId: string): PlacedViewer & { fanOut: RoomFanOut } {
    const viewer = this.#viewers.get(viewerId);
    if (viewer && isPlaced(viewer)) return viewer;
    throw new RequestError('viewer-unknown', 'There is no such viewer any more.');
  }

  /** A viewer is over by itself; who knows of it is told. */
  #lose(viewerId: string, reason: ViewerCloseReason): void {
    const viewer = this.#viewers.get(viewerId);
    this.#forget(viewerId);
    if (viewer?.isOpen) this.emit('viewerClosed', viewerId, reason);
  }

  #forget(viewerId: string): void {
    const viewer = this.#viewers.get(viewerId);
    if (!viewer) return;
    this.#viewers.delete(viewerId);
    viewer.fanOut?.viewerIds.delete(viewerId);
    this.#adjust();
  }
}

const isPlaced = (viewer: PlacedViewer): viewer is PlacedViewer & { fanOut: RoomFanOut } =>
  viewer.fanOut !== null;
