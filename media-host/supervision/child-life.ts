import type { ChildProcess } from 'node:child_process';

import type { Logger } from 'pino';

import type { Clock } from './clock.js';
import { parseIpcMessage } from './ipc-messages.js';
import { OutputTail } from './output-tail.js';
import { describeExit, missingProgram, ProcessFailure } from './process-failure.js';
import { spawnOptions } from './process-spec.js';
import type { ProcessSpec, Spawn } from './process-spec.js';
import type { Readiness } from './readiness.js';

export interface LifeSettings {
  readonly readiness: Readiness;
  /** A ready child that sends no heartbeat for so long is hung; null when it sends none. */
  readonly heartbeatTimeoutMs: number | null;
  readonly spawn: Spawn;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface LifeEvents {
  spawned(child: ChildProcess): void;
  ready(): void;
  /** Called once, when the process is gone or could not be started; nothing is called after it. */
  ended(failure: ProcessFailure): void;
}

/** What is still in the pipes when a process is gone is waited for so long, for the report. */
const lastWordsMs = 100;

/** One child from its start to its end: output, readiness, heartbeat. Restarts are its owner's duty. */
export class ChildLife {
  readonly #spec: ProcessSpec;
  readonly #settings: LifeSettings;
  readonly #events: LifeEvents;
  readonly #tail = new OutputTail();
  readonly #abortProbe = new AbortController();
  #child: ChildProcess | null = null;
  #failure: ProcessFailure | null = null;
  #ready = false;
  #ended = false;
  #cancelTimer: () => void = () => undefined;

  constructor(spec: ProcessSpec, settings: LifeSettings, events: LifeEvents) {
    this.#spec = spec;
    this.#settings = settings;
    this.#events = events;
  }

  /** Starts the process. */
  begin(): void {
    const { command, args } = this.#spec;
    let child: ChildProcess;
    try {
      child = this.#settings.spawn(command, args, spawnOptions(this.#spec));
    } catch (error) {
      this.#end(this.#notStarted(error));
      return;
    }
    this.#child = child;
    child.on('error', (error) => {
      if (child.pid === undefined) this.#end(this.#notStarted(error));
      else this.#settings.logger.warn({ err: error }, 'child process error');
    });
    if (child.pid === undefined) return;
    child.once('exit', (code, signal) => {
      const finish = (): void =>
        this.#end(
          this.#failure ?? describeExit(this.#spec.name, code, signal, [...this.#tail.lines]),
        );
      child.once('close', finish);
      this.#setTimer(lastWordsMs, finish);
    });
    this.#follow(child);
    this.#events.spawned(child);
    this.#awaitReady(child);
  }

  /** Asks the child to end: closes its stop pipe when it has one, else SIGTERM. */
  askToStop(): void {
    this.#abortProbe.abort();
    this.#cancelTimer();
    if (this.#spec.channels?.stopPipe === true) this.#child?.stdin?.end();
    else this.#child?.kill('SIGTERM');
  }

  kill(): void {
    this.#child?.kill('SIGKILL');
  }

  #follow(child: ChildProcess): void {
    const { logger } = this.#settings;
    for (const [stream, from] of [
      [child.stdout, 'stdout'],
      [child.stderr, 'stderr'],
    ] as const) {
      if (stream) this.#tail.follow(stream, (line) => logger.debug({ from }, line));
    }
    // Writing to a child that is going fails; its exit says all there is to say.
    child.stdin?.on('error', () => undefined);
    child.on('message', (raw) => {
      const message = parseIpcMessage(raw);
      if (message?.type === 'ready' && this.#settings.readiness.kind === 'message') {
        this.#becomeReady();
      } else if (message?.type === 'heartbeat' && this.#ready) this.#awaitHeartbeat();
    });
  }

  #awaitReady(child: ChildProcess): void {
    const { readiness } = this.#settings;
    if (readiness.kind === 'spawned') {
      this.#becomeReady();
      return;
    }
    const { timeoutMs } = readiness;
    this.#setTimer(timeoutMs, () => {
      this.#giveUp('not-ready', `was not ready within ${timeoutMs / 1000} s`);
    });
    if (readiness.kind === 'probe') {
      readiness.probe(child, this.#abortProbe.signal).then(
        () => this.#becomeReady(),
        (error: unknown) => this.#giveUp('not-ready', `did not become ready: ${String(error)}`),
      );
    }
  }

  #becomeReady(): void {
    if (this.#ready || this.#ended || this.#failure || this.#abortProbe.signal.aborted) return;
    this.#ready = true;
    this.#cancelTimer();
    this.#awaitHeartbeat();
    this.#events.ready();
  }

  #awaitHeartbeat(): void {
    const timeoutMs = this.#settings.heartbeatTimeoutMs;
    if (timeoutMs === null || this.#abortProbe.signal.aborted) return;
    this.#setTimer(timeoutMs, () => {
      this.#giveUp('hung', `gave no sign of life for ${timeoutMs / 1000} s`);
    });
  }

  #giveUp(reason: 'not-ready' | 'hung', what: string): void {
    if (this.#ended || this.#failure || this.#abortProbe.signal.aborted) return;
    this.#failure = new ProcessFailure(
      reason,
      `The process "${this.#spec.name}" ${what}; it was ended.`,
      [...this.#tail.lines],
    );
    this.kill();
  }

  #notStarted(error: unknown): ProcessFailure {
    const { name, command } = this.#spec;
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return missingProgram(command);
    }
    return new ProcessFailure('not-started', `"${name}" cannot be started: ${String(error)}`);
  }

  #end(failure: ProcessFailure): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#cancelTimer();
    this.#abortProbe.abort();
    this.#events.ended(failure);
  }

  #setTimer(delayMs: number, task: () => void): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#settings.clock.schedule(delayMs, task);
  }
}
