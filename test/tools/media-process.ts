import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

import { z } from 'zod';

import {
  fanOutOptionsVariable,
  type FanOutOptions,
} from '../../media-host/fan-out/fan-out-options.js';
import {
  pipelineOptionsVariable,
  type PipelineOptions,
} from '../../media-host/pipeline/pipeline-options.js';

import { Changes } from './changes.js';
import { Child } from './child.js';

const logLineSchema = z.looseObject({ level: z.number(), msg: z.string() });
export type LogLine = z.infer<typeof logLineSchema>;

const readySchema = z.object({ type: z.literal('ready') });

/** A pipeline or fan-out process of the product's own, without the media host around it. */
export class MediaProcess {
  readonly log: LogLine[] = [];
  readonly changes = new Changes();
  readonly child: ChildProcess;
  readonly #child: Child;
  #ready = false;
  #ended = false;
  #unread = '';

  private constructor(name: string, entry: string, env: NodeJS.ProcessEnv) {
    // As the media host starts it: messages in the format of structured clones, output read.
    this.child = fork(join(import.meta.dirname, '..', '..', 'media-host', entry), [], {
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
      execArgv: ['--enable-source-maps'],
    });
    this.#child = new Child(name, this.child);
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => this.#read(text));
    this.child.on('message', (message) => {
      this.#ready ||= readySchema.safeParse(message).success;
      this.changes.notify();
    });
    // Later than 'exit': its last words have been read.
    this.child.on('close', () => {
      this.#ended = true;
      this.changes.notify();
    });
  }

  static pipeline(options: PipelineOptions, xauthorityPath: string): MediaProcess {
    return new MediaProcess('pipeline', 'pipeline/main.js', {
      XAUTHORITY: xauthorityPath,
      [pipelineOptionsVariable]: JSON.stringify(options),
    });
  }

  /** @param options the signaling service counts only for media over WebSocket */
  static fanOut({
    signalingUrl = 'http://127.0.0.1:9',
    ...options
  }: Omit<FanOutOptions, 'signalingUrl'> & Partial<FanOutOptions>): MediaProcess {
    return new MediaProcess('fan-out', 'fan-out/main.js', {
      [fanOutOptionsVariable]: JSON.stringify({ signalingUrl, ...options }),
    });
  }

  get pid(): number {
    return this.child.pid ?? NaN;
  }

  /** What it wrote to stderr. */
  get stderr(): string {
    return this.#child.stderr;
  }

  /** @throws Error when it ends instead of becoming ready */
  async untilReady(): Promise<this> {
    await this.changes.until('readiness', () => this.#ready || this.hasEnded);
    if (this.#ready) return this;
    throw new Error(`${this.#child.name} ended: ${this.log.at(-1)?.msg ?? this.stderr}`);
  }

  /** Waits for a line of the log. */
  async untilLogged(pattern: RegExp): Promise<void> {
    await this.changes.until(`line like ${pattern.source} in the log`, () =>
      this.log.some(({ msg }) => pattern.test(msg)),
    );
  }

  /** Waits for its end by itself. @returns its exit status; null after a signal */
  async untilExit(): Promise<number | null> {
    await this.changes.until('end of the process', () => this.hasEnded);
    return this.child.exitCode;
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  async stop(): Promise<void> {
    await this.#child.stop();
  }

  #read(text: string): void {
    const lines = (this.#unread + text).split('\n');
    this.#unread = lines.pop() ?? '';
    for (const line of lines) this.log.push(logLineSchema.parse(JSON.parse(line)));
    this.changes.notify();
  }
}
