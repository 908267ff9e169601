import { EventEmitter } from 'node:events';

import type { Logger } from 'pino';

import { RequestError, unwrap } from '../../signaling/protocol/result.js';
import type { DesktopStatus, RoomSpec, ViewerCloseReason } from '../../signaling/protocol/room.js';
import type { Desktop } from '../desktop/desktop.js';
import type { FanOutNotices, FanOutRequests, NoRequests } from '../supervision/child-ipc.js';
import { RequestChannel, serveRequests } from '../supervision/ipc.js';
import type { SupervisedProcess } from '../supervision/supervised-process.js';

import { fanOutProcess, pipelineProcess, type NetworkSettings } from './room-processes.js';

const requestTimeoutMs = 4000;

export interface HostedRoomEvents {
  status: [status: DesktopStatus];
  viewerClosed: [viewerId: string, reason: ViewerCloseReason];
  candidate: [candidate: FanOutNotices['transport:candidate']];
  checkCandidate: [candidate: FanOutNotices['check:candidate']];
}

/**
 * One room on this media host: its desktop, and the pipeline and fan-out that bring it to viewers.
 * The pipeline belongs to one life of the desktop; the fan-out outlives both.
 */
export class HostedRoom extends EventEmitter<HostedRoomEvents> {
  readonly #spec: RoomSpec;
  readonly #desktop: Desktop;
  readonly #network: NetworkSettings;
  readonly #logger: Logger;
  readonly #viewers = new Set<string>();
  #pipeline: SupervisedProcess | null = null;
  #fanOut: SupervisedProcess | null = null;
  #channel: RequestChannel<FanOutRequests> | null = null;
  #controllerId: string | null = null;
  #status: DesktopStatus = { state: 'stopped' };
  #stopping: Promise<void> | null = null;

  constructor(spec: RoomSpec, desktop: Desktop, network: NetworkSettings, logger: Logger) {
    super();
    this.#spec = spec;
    this.#desktop = desktop;
    this.#network = network;
    this.#logger = logger;
    desktop.on('status', (status) => this.#onDesktop(status));
  }

  get spec(): RoomSpec {
    return this.#spec;
  }

  get status(): DesktopStatus {
    return this.#status;
  }

  start(): void {
    this.#desktop.start();
  }

  /** Ends the room's processes; resolves when they are gone. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** Asks the fan-out. @throws RequestError as it answers, or when the room has none running */
  async request<Name extends keyof FanOutRequests>(
    name: Name,
    payload: FanOutRequests[Name]['payload'],
  ): Promise<FanOutRequests[Name]['answer']> {
    const mayAsk = this.#status.state === 'running' || name !== 'viewer:open';
    if (!this.#channel || !mayAsk) {
      throw new RequestError('desktop-unavailable', 'The desktop is not running yet.');
    }
    const answer = unwrap(await this.#channel.request(name, payload, requestTimeoutMs));
    if ('viewerId' in payload) {
      if (name === 'viewer:open') this.#viewers.add(payload.viewerId);
      if (name === 'viewer:close') this.#viewers.delete(payload.viewerId);
    }
    return answer;
  }

  /** Whose input the fan-out passes on from now on, also after it was restarted. */
  setController(controllerId: string | null): void {
    this.#controllerId = controllerId;
    this.#sendController();
  }

  /** Ends every viewer: those who asked for them are gone. */
  closeViewers(): void {
    for (const viewerId of this.#viewers) {
      void this.#channel?.request('viewer:close', { viewerId }, requestTimeoutMs);
    }
    this.#viewers.clear();
  }

  async #stop(): Promise<void> {
    await Promise.all([this.#pipeline?.stop(), this.#fanOut?.stop()]);
    this.#loseViewers('host-gone');
    await this.#desktop.stop();
  }

  #onDesktop(status: DesktopStatus): void {
    if (status.state === 'running') this.#startPipeline();
    else {
      void this.#pipeline?.stop();
      this.#pipeline = null;
      this.#setStatus(status);
    }
  }

  #startPipeline(): void {
    const { endpoints } = this.#desktop;
    if (!endpoints || this.#stopping) return;
    const pipeline = pipelineProcess(this.#spec, endpoints, this.#logger);
    this.#pipeline = pipeline;
    pipeline.on('state', () => {
      if (pipeline === this.#pipeline) this.#considerRunning();
    });
    pipeline.on('failure', ({ message }) => {
      if (pipeline === this.#pipeline) this.#onProcessFailure(message);
    });
    pipeline.start();
    if (!this.#fanOut) {
      this.#fanOut = fanOutProcess(this.#spec, endpoints, this.#network, this.#logger);
      this.#wireFanOut(this.#fanOut);
      this.#fanOut.start();
    }
  }

  #wireFanOut(fanOut: SupervisedProcess): void {
    fanOut.on('child', (child) => {
      this.#channel = new RequestChannel(child);
      serveRequests<NoRequests, FanOutNotices>(
        child,
        {},
        {
          'viewer:lost': ({ viewerId }) => {
            this.#viewers.delete(viewerId);
            this.emit('viewerClosed', viewerId, 'connection-lost');
          },
          'transport:candidate': (candidate) => this.emit('candidate', candidate),
          'check:candidate': (candidate) => this.emit('checkCandidate', candidate),
        },
        (error, name) => this.#logger.error({ err: error, name }, 'fan-out notice failed'),
      );
    });
    fanOut.on('failure', ({ message }) => {
      this.#channel = null;
      this.#onProcessFailure(message);
      this.#loseViewers('fan-out-restarted');
    });
    fanOut.on('state', (state) => {
      if (state === 'running') this.#sendController();
      this.#considerRunning();
    });
  }

  /*
   * The room runs once everything did; a pipeline or fan-out that is being restarted is back within a
   * second, and viewers wait for it without being told that the desktop is gone.
   */
  #considerRunning(): void {
    const states = [this.#pipeline?.state, this.#fanOut?.state];
    if (this.#desktop.status.state !== 'running') return;
    if (states.every((state) => state === 'running')) {
      this.#setStatus({ state: 'running' });
    }
  }

  /* Before the room ran, people wait for what may never come: they are told. */
  #onProcessFailure(message: string): void {
    if (this.#status.state === 'running') return;
    this.#setStatus({
      state: 'failed',
      detail: `The desktop runs, but its picture does not come: ${message} It is tried again.`,
    });
  }

  #sendController(): void {
    const payload = { controllerId: this.#controllerId };
    void this.#channel?.request('control:update', payload, requestTimeoutMs).then((result) => {
      if (!result.ok) this.#logger.warn({ why: result.error.message }, 'control not passed on');
    });
  }

  #loseViewers(reason: ViewerCloseReason): void {
    for (const viewerId of this.#viewers) this.emit('viewerClosed', viewerId, reason);
    this.#viewers.clear();
  }

  #setStatus(status: DesktopStatus): void {
    if (status.state === this.#status.state && status.detail === this.#status.detail) return;
    this.#status = status;
    this.emit('status', status);
  }
}
