import { execFile, execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const execute = promisify(execFile);

const namePattern = /^share-space-test-(\d+)-\d+$/;
const namesFolder = '/run/netns';
const killAfterMs = 2000;
const pollMs = 20;

const open = new Set<Namespace>();
let made = 0;

process.on('exit', () => {
  for (const namespace of open) namespace.abandon();
});

/** A network namespace: interfaces, addresses, routes and packet filters of its own. Needs root. */
export class Namespace {
  private constructor(readonly name: string) {
    open.add(this);
  }

  /** Makes one with a name of its own, in which only the loopback interface is. */
  static async create(): Promise<Namespace> {
    sweep();
    made += 1;
    const name = `share-space-test-${process.pid}-${made}`;
    await execute('ip', ['netns', 'add', name]);
    const namespace = new Namespace(name);
    await namespace.run('ip', 'link', 'set', 'lo', 'up');
    // Addresses of link scope and their announcements would be traffic no test asked for.
    for (const which of ['all', 'default']) {
      await namespace.run('sysctl', '-qw', `net.ipv6.conf.${which}.disable_ipv6=1`);
    }
    return namespace;
  }

  /** The command that runs another in the namespace; it becomes the other, with the same process id. */
  wrap(...command: readonly string[]): [string, ...string[]] {
    return ['ip', 'netns', 'exec', this.name, ...command];
  }

  /** Runs a command to its end. @throws Error with what it wrote, when it fails */
  async run(program: string, ...args: readonly string[]): Promise<string> {
    const [ip, ...rest] = this.wrap(program, ...args);
    const { stdout } = await execute(ip, rest);
    return stdout;
  }

  /** Removes it with its interfaces, and kills what still runs in it. */
  async close(): Promise<void> {
    if (!open.delete(this)) return;
    const deadlineMs = performance.now() + killAfterMs;
    let pids = await this.#pids();
    for (const pid of pids) signal(pid, 'SIGTERM');
    while (pids.length > 0) {
      await delay(pollMs);
      if (performance.now() > deadlineMs) for (const pid of pids) signal(pid, 'SIGKILL');
      pids = await this.#pids();
    }
    await execute('ip', ['netns', 'delete', this.name]);
  }

  /** The same at once, for a process that ends. */
  abandon(): void {
    if (open.delete(this)) removeNow(this.name);
  }

  async #pids(): Promise<number[]> {
    const { stdout } = await execute('ip', ['netns', 'pids', this.name]);
    return stdout.split('\n').filter(Boolean).map(Number);
  }
}

/** Removes what test runs left behind that were killed. */
function sweep(): void {
  let names: string[] = [];
  try {
    names = readdirSync(namesFolder);
  } catch {
    // The folder comes with the first namespace of the machine.
  }
  for (const name of names) {
    const owner = namePattern.exec(name)?.[1];
    if (owner && !isRunning(Number(owner))) removeNow(name);
  }
}

function removeNow(name: string): void {
  try {
    const pids = execFileSync('ip', ['netns', 'pids', name], { encoding: 'utf8' });
    for (const pid of pids.split('\n').filter(Boolean)) signal(Number(pid), 'SIGKILL');
    execFileSync('ip', ['netns', 'delete', name], { stdio: 'ignore' });
  } catch {
    // Another run was faster.
  }
}

function isRunning(pid: number): boolean {
  return signal(pid, 0);
}

function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
