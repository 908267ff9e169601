import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

import type { Logger } from 'pino';

import type { DesktopStatus, RoomSpec } from '../../signaling/protocol/room.js';
import { BackOff } from '../supervision/back-off.js';
import { ProcessFailure } from '../supervision/process-failure.js';

import { DesktopParts } from './desktop-parts.js';
import type { DesktopEndpoints } from './desktop-parts.js';
import { displayStopped, problemOf } from './desktop-problem.js';
import type { RoomPlace } from './room-place.js';
import type { RuntimeOwners } from './runtime-folders.js';

export interface DesktopOptions {
  readonly spec: RoomSpec;
  /** Run in place of the desktop's own session, or null. */
  readonly desktopCommand: string | null;
  readonly place: Omit<RoomPlace, 'identity'>;
  /**
   * The users of the room and of the service; null when both are the user of this process.
   * Asked at every start; may throw DesktopProblem.
   */
  readonly owners: () => RuntimeOwners | null;
  readonly logger: Logger;
}

export interface DesktopEvents {
  /** After every change, `endpoints` included. */
  status: [status: DesktopStatus];
}

/** The wire protocol's limit. */
const longestDetail = 500;

/**
 * A room's desktop, kept running from `start()` to `stop()`: whatever ends it leads to `failed`
 * with a reason, and to another attempt. Each time it is `running`, its endpoints are new.
 */
export class Desktop extends EventEmitter<DesktopEvents> {
  readonly #options: DesktopOptions;
  #status: DesktopStatus = { state: 'stopped' };
  #endpoints: DesktopEndpoints | null = null;
  #stopping = new AbortController();
  #life: Promise<void> | null = null;

  constructor(options: DesktopOptions) {
    super();
    this.#options = options;
  }

  get status(): DesktopStatus {
    return this.#status;
  }

  /** How to reach the desktop, while it runs. */
  get endpoints(): DesktopEndpoints | null {
    return this.#endpoints;
  }

  /** Starts the desktop, and keeps it running; does nothing when that is so already. */
  start(): void {
    if (this.#life) return;
    this.#stopping = new AbortController();
    this.#life = this.#live(this.#stopping.signal);
  }

  /** Ends the desktop; resolves when its processes, sockets and temporary files are gone. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#life;
  }

  async #live(signal: AbortSignal): Promise<void> {
    const backOff = new BackOff();
    while (!signal.aborted) {
      this.#setStatus({ state: 'starting' });
      const healthyForMs = await this.#runOnce(signal);
      try {
        await delay(backOff.next(healthyForMs), undefined, { signal });
      } catch {
        // Stopped while it waited: the loop ends.
      }
    }
    this.#life = null;
    this.#setStatus({ state: 'stopped' });
  }

  /** Runs the desktop until it fails or is stopped; gives how long it ran, in ms. */
  async #runOnce(signal: AbortSignal): Promise<number> {
    let runningSinceMs: number | null = null;
    let parts: DesktopParts | null = null;
    try {
      const owners = this.#options.owners();
      parts = new DesktopParts({
        ...this.#options,
        owners,
        place: { ...this.#options.place, identity: owners?.room ?? null },
      });
      const lost = once(parts, 'displayLost', { signal });
      // Whoever ends the start rejects it as well; the start's own error is the one to report.
      lost.catch(() => undefined);
      this.#endpoints = await parts.start(signal);
      runningSinceMs = performance.now();
      this.#setStatus({ state: 'running' });
      await lost;
      throw displayStopped();
    } catch (error) {
      this.#endpoints = null;
      if (!signal.aborted) this.#fail(error);
    }
    const healthyForMs = runningSinceMs === null ? 0 : performance.now() - runningSinceMs;
    try {
      await parts?.stop();
    } catch (error) {
      this.#options.logger.error({ err: error }, 'the desktop left something behind');
    }
    return healthyForMs;
  }

  #fail(error: unknown): void {
    const problem = problemOf(error);
    const tail = error instanceof ProcessFailure ? error.tail : undefined;
    this.#options.logger.warn({ err: problem, tail }, 'desktop failed');
    this.#setStatus({ state: 'failed', detail: problem.message.slice(0, longestDetail) });
  }

  #setStatus(status: DesktopStatus): void {
    this.#status = status;
    this.emit('status', status);
  }
}
