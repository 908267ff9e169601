import type { ChildProcess } from 'node:child_process';

const termGraceMs = 5000;
const running = new Set<Child>();

process.on('exit', () => {
  for (const child of running) child.kill();
});

/** Exits on SIGINT and SIGTERM in the ordinary way, so that children are ended too. */
export function exitOnSignals(): void {
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
}

/** A child process of the tools: ended when this process ends, and waited for by `stop`. */
export class Child {
  /** Resolves when the process is gone, whatever the reason. */
  readonly exited: Promise<void>;
  #stderr = '';
  #stopping = false;

  /** @param name what messages call it */
  constructor(
    readonly name: string,
    readonly process: ChildProcess,
  ) {
    running.add(this);
    this.exited = new Promise((resolve) => {
      const gone = (): void => {
        running.delete(this);
        resolve();
      };
      process.once('exit', gone);
      process.once('error', gone);
    });
    process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-4000);
    });
  }

  /** The last it wrote to stderr, when that is a pipe. */
  get stderr(): string {
    return this.#stderr.trim();
  }

  /** Rejects when the process ends before it was told to; for racing against what it should do. */
  async failure(): Promise<never> {
    await this.exited;
    if (this.#stopping) return new Promise(() => undefined);
    throw new Error(`${this.name} ended: ${this.stderr || 'no message'}`);
  }

  /** Ends the process and waits until it is gone. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (!running.has(this)) return;
    this.process.kill('SIGTERM');
    const timer = setTimeout(() => this.kill(), termGraceMs);
    await this.exited;
    clearTimeout(timer);
  }

  kill(): void {
    this.#stopping = true;
    this.process.kill('SIGKILL');
  }
}
