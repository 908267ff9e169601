import { EventEmitter } from 'node:events';

import type { Logger } from 'pino';

import { RequestError } from '../../signaling/protocol/result.js';
import type { DesktopStatus, RoomSpec, ViewerCloseReason } from '../../signaling/protocol/room.js';
import type { HostViewerOffer } from '../../signaling/protocol/transport.js';
import type { DesktopEndpoints } from '../desktop/desktop-parts.js';
import type { Desktop } from '../desktop/desktop.js';
import type { FanOutNotices, FanOutRequests } from '../supervision/child-ipc.js';
import type { SupervisedProcess } from '../supervision/supervised-process.js';

import { RoomFanOuts } from './room-fan-outs.js';
import { fanOutProcess, pipelineProcess, type NetworkSettings } from './room-processes.js';

export interface HostedRoomEvents {
  status: [status: DesktopStatus];
  viewerClosed: [viewerId: string, reason: ViewerCloseReason];
  candidate: [candidate: FanOutNotices['transport:candidate']];
  checkCandidate: [candidate: FanOutNotices['check:candidate']];
}

/**
 * One room on this media host: its desktop, and the pipeline and fan-outs that bring it to viewers.
 * The pipeline belongs to one life of the desktop; the fan-outs outlive both.
 */
export class HostedRoom extends EventEmitter<HostedRoomEvents> {
  readonly #spec: RoomSpec;
  readonly #desktop: Desktop;
  readonly #network: NetworkSettings;
  readonly #logger: Logger;
  #pipeline: SupervisedProcess | null = null;
  #fanOuts: RoomFanOuts | null = null;
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

  /** The room's viewers. @throws RequestError before the room ran for the first time */
  get viewers(): RoomFanOuts {
    if (!this.#fanOuts) throw notRunning();
    return this.#fanOuts;
  }

  /** @throws RequestError while the room does not run, or as the fan-out answers */
  async openViewer(request: FanOutRequests['viewer:open']['payload']): Promise<HostViewerOffer> {
    if (this.#status.state !== 'running') throw notRunning();
    return this.viewers.openViewer(request);
  }

  /** Whose input the fan-outs pass on from now on, also after they were restarted. */
  setController(controllerId: string | null): void {
    this.#controllerId = controllerId;
    this.#fanOuts?.setController(controllerId);
  }

  /** Ends the viewers there are in a while: who asked for them may be gone. */
  closeViewersLater(): void {
    this.#fanOuts?.closeViewersLater();
  }

  async #stop(): Promise<void> {
    await Promise.all([this.#pipeline?.stop(), this.#fanOuts?.stop()]);
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
    this.#fanOuts ??= this.#startFanOuts(endpoints);
  }

  #startFanOuts(endpoints: DesktopEndpoints): RoomFanOuts {
    const fanOuts = new RoomFanOuts({
      makeProcess: () => fanOutProcess(this.#spec, endpoints, this.#network, this.#logger),
      viewersPerFanOut: this.#network.viewersPerFanOut,
      logger: this.#logger,
    });
    fanOuts.setController(this.#controllerId);
    fanOuts.on('running', () => this.#considerRunning());
    fanOuts.on('failure', (message) => this.#onProcessFailure(message));
    fanOuts.on('viewerClosed', (viewerId, reason) => this.emit('viewerClosed', viewerId, reason));
    fanOuts.on('candidate', (candidate) => this.emit('candidate', candidate));
    fanOuts.on('checkCandidate', (candidate) => this.emit('checkCandidate', candidate));
    fanOuts.start();
    return fanOuts;
  }

  /*
   * The room runs once everything did; a pipeline or fan-out that is being restarted is back within a
   * second, and viewers wait for it without being told that the desktop is gone.
   */
  #considerRunning(): void {
    if (this.#desktop.status.state !== 'running') return;
    if (this.#pipeline?.state === 'running' && this.#fanOuts?.isRunning) {
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

  #setStatus(status: DesktopStatus): void {
    if (status.state === this.#status.state && status.detail === this.#status.detail) return;
    this.#status = status;
    this.emit('status', status);
  }
}

const notRunning = (): RequestError =>
  new RequestError('desktop-unavailable', 'The desktop is not running yet.');
