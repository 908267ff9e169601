import type { Logger } from 'pino';

import { RequestError, unwrap } from '../../signaling/protocol/result.js';
import type { FanOutNotices, FanOutRequests, NoRequests } from '../supervision/child-ipc.js';
import { RequestChannel, serveRequests } from '../supervision/ipc.js';
import type { SupervisedProcess } from '../supervision/supervised-process.js';

import type { FanOutLoad } from './fan-out-placement.js';

const requestTimeoutMs = 4000;

export interface RoomFanOutEvents {
  /** It runs, for the first time or again; it knows nothing of what was. */
  readonly onRunning: () => void;
  /** It died or hung, and its viewers are gone; it is being restarted. */
  readonly onFailure: (message: string) => void;
  readonly onViewerLost: (viewerId: string) => void;
  readonly onCandidate: (candidate: FanOutNotices['transport:candidate']) => void;
  readonly onCheckCandidate: (candidate: FanOutNotices['check:candidate']) => void;
}

/** One of a room's fan-out processes: the supervised child, the channel to it and who it feeds. */
export class RoomFanOut implements FanOutLoad {
  /** Viewers that are, or are being, opened there. */
  readonly viewerIds = new Set<string>();
  readonly #process: SupervisedProcess;
  readonly #logger: Logger;
  #channel: RequestChannel<FanOutRequests> | null = null;

  constructor(process: SupervisedProcess, events: RoomFanOutEvents, logger: Logger) {
    this.#process = process;
    this.#logger = logger;
    process.on('child', (child) => {
      this.#channel = new RequestChannel(child);
      serveRequests<NoRequests, FanOutNotices>(
        child,
        {},
        {
          'viewer:lost': ({ viewerId }) => events.onViewerLost(viewerId),
          'transport:candidate': (candidate) => events.onCandidate(candidate),
          'check:candidate': (candidate) => events.onCheckCandidate(candidate),
        },
        (error, name) => logger.error({ err: error, name }, 'fan-out notice failed'),
      );
    });
    process.on('failure', ({ message }) => {
      this.#channel = null;
      events.onFailure(message);
    });
    process.on('state', (state) => {
      if (state === 'running') events.onRunning();
    });
  }

  get viewerCount(): number {
    return this.viewerIds.size;
  }

  get isRunning(): boolean {
    return this.#process.state === 'running';
  }

  /** The process id, or null while there is none. */
  get pid(): number | null {
    return this.#process.pid;
  }

  start(): void {
    this.#process.start();
  }

  /** Ends the process; resolves when it is gone. */
  stop(): Promise<void> {
    return this.#process.stop();
  }

  /** @throws RequestError as the process answers, or when it does not run */
  async request<Name extends keyof FanOutRequests>(
    name: Name,
    payload: FanOutRequests[Name]['payload'],
  ): Promise<FanOutRequests[Name]['answer']> {
    if (!this.#channel) {
      throw new RequestError('desktop-unavailable', 'The room’s picture is being restarted.');
    }
    return unwrap(await this.#channel.request(name, payload, requestTimeoutMs));
  }

  /** Asks without waiting for what becomes of it; a refusal is logged. */
  tell<Name extends keyof FanOutRequests>(
    name: Name,
    payload: FanOutRequests[Name]['payload'],
  ): void {
    void this.#channel?.request(name, payload, requestTimeoutMs).then((result) => {
      if (!result.ok) this.#logger.warn({ name, why: result.error.message }, 'fan-out refused');
    });
  }
}
