import { spawn as spawnProcess } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';

import type { Logger } from 'pino';

import { BackOff } from './back-off.js';
import { ChildLife } from './child-life.js';
import { systemClock } from './clock.js';
import type { Clock } from './clock.js';
import type { ProcessFailure } from './process-failure.js';
import type { ProcessSpec, Spawn } from './process-spec.js';
import type { Readiness } from './readiness.js';

/**
 * `new` -> `starting` -> `running`; a child that goes leads to `backing-off` and to `starting`
 * again. `failed` is the end of trying: the child cannot be started at all, or must not be
 * restarted. `stop()` leads to `stopping` and `stopped`; `start()` works again from there and from `failed`.
 */
export type ProcessState =
  'new' | 'starting' | 'running' | 'backing-off' | 'stopping' | 'stopped' | 'failed';

export interface SupervisedProcessEvents {
  state: [state: ProcessState];
  /** A new child was started: the moment to open a `RequestChannel` on it. */
  child: [child: ChildProcess];
  /** A child is gone that nobody stopped; what follows is in the next `state`. */
  failure: [failure: ProcessFailure];
}

export interface SupervisionOptions {
  readonly logger: Logger;
  /** `never`: the first failure ends in `failed`, for an owner who restarts by himself. */
  readonly restart?: 'always' | 'never';
  readonly readiness?: Readiness;
  /** A ready child must call `startHeartbeat` and let no more than this pass between beats. */
  readonly heartbeatTimeoutMs?: number;
  /** How long a child may take to end before it is killed. */
  readonly killAfterMs?: number;
  readonly spawn?: Spawn;
  readonly clock?: Clock;
}

const defaultKillAfterMs = 3000;

/** Keeps one child process running: starts it, restarts it when it dies or hangs, ends it. */
export class SupervisedProcess extends EventEmitter<SupervisedProcessEvents> {
  readonly #spec: ProcessSpec;
  readonly #options: SupervisionOptions;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #backOff = new BackOff();
  #state: ProcessState = 'new';
  #life: ChildLife | null = null;
  #child: ChildProcess | null = null;
  #readyAtMs: number | null = null;
  #cancelTimer: () => void = () => undefined;
  #stopped: Promise<void> | null = null;
  #onceStopped: () => void = () => undefined;

  constructor(spec: ProcessSpec, options: SupervisionOptions) {
    super();
    this.#spec = spec;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#logger = options.logger.child({ child: spec.name });
  }

  get state(): ProcessState {
    return this.#state;
  }

  /** The process id of the child, or null while there is none. */
  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /**
   * Starts the child, and keeps it running from then on. Does nothing when that is so already.
   * @throws Error while it is being stopped
   */
  start(): void {
    if (this.#state === 'stopping') throw new Error(`"${this.#spec.name}" is being stopped`);
    if (this.#state !== 'new' && this.#state !== 'stopped' && this.#state !== 'failed') return;
    this.#backOff.reset();
    this.#launch();
  }

  /** Ends the child; resolves when it is gone. */
  stop(): Promise<void> {
    if (this.#state === 'stopping' && this.#stopped) return this.#stopped;
    this.#cancelTimer();
    if (!this.#life) {
      if (this.#state !== 'stopped') this.#setState('stopped');
      return Promise.resolve();
    }
    const life = this.#life;
    this.#stopped = new Promise((resolve) => {
      this.#onceStopped = resolve;
    });
    this.#setState('stopping');
    life.askToStop();
    this.#cancelTimer = this.#clock.schedule(
      this.#options.killAfterMs ?? defaultKillAfterMs,
      () => {
        this.#logger.warn('child process does not end; killing it');
        life.kill();
      },
    );
    return this.#stopped;
  }

  #launch(): void {
    const { readiness = { kind: 'spawned' }, heartbeatTimeoutMs = null, spawn } = this.#options;
    this.#readyAtMs = null;
    this.#setState('starting');
    // A listener may have called `stop()`.
    if (this.state !== 'starting') return;
    const life = new ChildLife(
      this.#spec,
      {
        readiness,
        heartbeatTimeoutMs,
        spawn: spawn ?? spawnProcess,
        clock: this.#clock,
        logger: this.#logger,
      },
      {
        spawned: (child) => {
          this.#child = child;
          this.emit('child', child);
        },
        ready: () => {
          this.#readyAtMs = this.#clock.now();
          this.#setState('running');
        },
        ended: (failure) => this.#onEnded(failure),
      },
    );
    this.#life = life;
    life.begin();
  }

  #onEnded(failure: ProcessFailure): void {
    this.#cancelTimer();
    this.#life = null;
    this.#child = null;
    if (this.#state === 'stopping') {
      this.#setState('stopped');
      this.#onceStopped();
      return;
    }
    const { reason, message, tail } = failure;
    this.#logger.warn({ reason, tail }, message);
    const canRestart = reason !== 'missing-program' && this.#options.restart !== 'never';
    // The owner may stop or start from within an event, so the state comes first.
    if (!canRestart) {
      this.#setState('failed');
      this.emit('failure', failure);
      return;
    }
    const healthyForMs = this.#readyAtMs === null ? 0 : this.#clock.now() - this.#readyAtMs;
    this.#setState('backing-off');
    this.#cancelTimer = this.#clock.schedule(this.#backOff.next(healthyForMs), () => {
      if (this.#state === 'backing-off') this.#launch();
    });
    this.emit('failure', failure);
  }

  #setState(state: ProcessState): void {
    this.#state = state;
    this.#logger.debug({ state }, 'process state');
    this.emit('state', state);
  }
}
