import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import type { SignalingReady } from '../../../signaling/ready-message.js';

const entry = fileURLToPath(new URL('../../../signaling/main.js', import.meta.url));

export const passcode = 'correct horse';
export const operatorPassword = 'battery staple';
export const hostSecret = 'a-host-secret-of-the-test-suite-01';

export interface ExitReport {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A signaling process on a free port of the loopback interface. */
export class SignalingProcess {
  #output = { stdout: '', stderr: '' };
  #stopped = false;
  readonly exited: Promise<ExitReport>;

  private constructor(readonly child: ChildProcess) {
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.setEncoding('utf8').on('data', (text: string) => (this.#output[name] += text));
    }
    this.exited = this.#end();
  }

  /**
   * Starts a process that may or may not come up.
   * @param settings by name without `SHARE_SPACE_`; what is not given is fit for tests
   */
  static spawn(
    settings: Readonly<Record<string, string>>,
    { withIpc = true }: { readonly withIpc?: boolean } = {},
  ): SignalingProcess {
    const own = { HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'info', ...settings };
    const variables = Object.entries(own).map(([name, value]) => [`SHARE_SPACE_${name}`, value]);
    const child = spawn(process.execPath, ['--enable-source-maps', entry], {
      env: Object.fromEntries(variables) as Record<string, string>,
      stdio: ['ignore', 'pipe', 'pipe', ...(withIpc ? (['ipc'] as const) : [])],
    });
    return new SignalingProcess(child);
  }

  /** The whole log, and what a person would see. */
  get stdout(): string {
    return this.#output.stdout;
  }

  get stderr(): string {
    return this.#output.stderr;
  }

  /** @throws Error with its output when it exits instead */
  async ready(): Promise<SignalingReady> {
    const announced = once(this.child, 'message').then(([message]) => message as SignalingReady);
    const ended = this.exited.then(() => {
      throw new Error(`the signaling process ended: ${this.stdout}${this.stderr}`);
    });
    return Promise.race([announced, ended]);
  }

  /** Waits for the end and for all output; not for `close`, which a child that was disconnected from here does not emit. */
  async #end(): Promise<ExitReport> {
    const { stdout, stderr } = this.child;
    const streams = [stdout, stderr].filter((stream) => stream !== null);
    const drained = streams.map((stream) => once(stream, 'close'));
    const [code, signal] = (await once(this.child, 'exit')) as [
      number | null,
      ExitReport['signal'],
    ];
    await Promise.all(drained);
    this.#stopped = true;
    return { code, signal };
  }

  /** Stops it in the ordinary way, if it still runs. */
  async stop(): Promise<ExitReport> {
    if (!this.#stopped) this.child.kill('SIGTERM');
    return this.exited;
  }

  /** Ends it without warning. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }
}

export interface StartedSignaling {
  readonly process: SignalingProcess;
  readonly ready: SignalingReady;
  readonly url: string;
}

/** Starts a process with a room `lobby` and known secrets, and waits until it serves. */
export async function startSignaling(
  dataDir: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<StartedSignaling> {
  const started = SignalingProcess.spawn({
    DATA_DIR: dataDir,
    ROOM_PASSCODE: passcode,
    OPERATOR_PASSWORD: operatorPassword,
    HOST_SECRET: hostSecret,
    ...settings,
  });
  try {
    const ready = await started.ready();
    return { process: started, ready, url: ready.signalingUrl };
  } catch (error) {
    await started.stop();
    throw error;
  }
}
