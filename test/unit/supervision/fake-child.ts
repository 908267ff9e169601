import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';

let nextPid = 1000;

/** A child process that lives and dies at a test's word. */
export class FakeChild extends EventEmitter {
  readonly stdin = new PassThrough();
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  readonly stdio = [this.stdin, this.stdout, this.stderr];
  readonly signals: NodeJS.Signals[] = [];
  connected = true;
  pid: number | undefined = nextPid++;
  /** Signals that end it at once. */
  deadly: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGKILL'];

  kill(signal: NodeJS.Signals): boolean {
    this.signals.push(signal);
    if (this.deadly.includes(signal)) this.exit(null, signal);
    return true;
  }

  exit(code: number | null, signal: NodeJS.Signals | null = null): void {
    this.connected = false;
    this.emit('exit', code, signal);
    this.emit('close', code, signal);
  }
}

export interface SpawnCall {
  readonly command: string;
  readonly args: readonly string[];
  readonly options: SpawnOptions;
}

/** Stands in for `child_process.spawn`; remembers what was asked of it. */
export class FakeSpawner {
  readonly children: FakeChild[] = [];
  readonly calls: SpawnCall[] = [];
  /** When set, the next children fail to start with this error. */
  error: (Error & { code?: string }) | null = null;

  readonly spawn = (
    command: string,
    args: readonly string[],
    options: SpawnOptions,
  ): ChildProcess => {
    const child = new FakeChild();
    const { error } = this;
    if (error) {
      child.pid = undefined;
      queueMicrotask(() => child.emit('error', error));
    }
    this.children.push(child);
    this.calls.push({ command, args, options });
    return child as unknown as ChildProcess;
  };

  get last(): FakeChild {
    const child = this.children.at(-1);
    if (!child) throw new Error('nothing was started');
    return child;
  }
}
