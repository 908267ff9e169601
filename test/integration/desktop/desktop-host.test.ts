import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterEach, beforeEach, it } from 'mocha';

import type { DesktopEndpoints } from '../../../media-host/desktop/desktop-parts.js';
import { claimDisplayNumber } from '../../../media-host/desktop/display-number.js';
import { isReachableByOthers } from '../../../media-host/desktop/home-folder.js';
import { isRoot } from '../../../media-host/desktop/room-identities.js';
import { removeStaleRuntimeBases } from '../../../media-host/desktop/runtime-folders.js';
import type { DesktopStatus } from '../../../signaling/protocol/room.js';
import { Cleanup } from '../../tools/cleanup.js';
import { eventually } from '../../tools/eventually.js';
import { isAlive, processTree } from '../../tools/processes.js';
import { describeWith } from '../../tools/requirements.js';

import { desktopPrograms } from './rooms-under-test.js';

const run = promisify(execFile);
const script = fileURLToPath(new URL('desktop-host.js', import.meta.url));

interface Report {
  readonly status: DesktopStatus;
  readonly endpoints: DesktopEndpoints | null;
  readonly isSandboxed: boolean;
}

describeWith(desktopPrograms, 'a media host’s process', function () {
  this.timeout(30_000);
  const cleanup = new Cleanup();
  let dataDir = '';
  beforeEach(async () => {
    dataDir = cleanup.add(await mkdtemp(join(tmpdir(), 'share-space-data-')), (path) =>
      rm(path, { recursive: true, force: true }),
    );
  });
  afterEach(() => cleanup.run());

  const start = (
    options: { uid?: number; gid?: number; detached?: boolean } = {},
    command: readonly string[] = [],
  ): ChildProcess =>
    cleanup.add(
      spawn(process.execPath, [script, dataDir, ...command], {
        env: { PATH: process.env['PATH'] ?? '' },
        cwd: '/',
        stdio: ['ignore', 'pipe', 'inherit'],
        ...options,
      }),
      async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        child.kill('SIGKILL');
        await once(child, 'exit');
      },
    );
  const reached = async (child: ChildProcess, state: DesktopStatus['state']): Promise<Report> => {
    for await (const line of createInterface({ input: child.stdout! })) {
      const report = JSON.parse(line) as Report;
      if (report.status.state === state) return report;
    }
    throw new Error(`the media host ended before its desktop was ${state}`);
  };

  it('that is killed takes its desktops with it, and the next one tidies up', async () => {
    const host = start();
    const { endpoints } = await reached(host, 'running');
    const base = dirname(dirname(dirname(endpoints!.xauthorityPath)));
    const processes = processTree(host.pid!).filter(({ pid }) => pid !== host.pid);
    assert.ok(processes.length >= 4);
    host.kill('SIGKILL');
    await once(host, 'exit');
    await eventually('the end of all processes', () => !processes.some(isAlive));
    assert.ok(existsSync(base));
    assert.ok((await removeStaleRuntimeBases()).includes(base));
    assert.equal(existsSync(base), false);
  });

  it('lets desktops end in order when a terminal interrupts its whole process group', async () => {
    const note = join(dataDir, 'rooms/hosted/home/note');
    const command =
      'trap "echo saved > ~/note; exit" TERM; echo ready > ~/note; while :; do sleep 0.05; done';
    const host = start({ detached: true }, [command]);
    await reached(host, 'running');
    await eventually('the command', () => readFile(note, 'utf8').catch(() => null));
    process.kill(-host.pid!, 'SIGINT');
    await once(host, 'exit');
    assert.equal(await readFile(note, 'utf8'), 'saved\n');
  });

  it('that is not root runs its desktops as its own user', async function () {
    if (!isRoot()) this.skip();
    if (!(await isReachableByOthers(script))) {
      this.test!.title += ' (skipped: the program is in a folder that only root reaches)';
      this.skip();
    }
    const id = 61_998;
    // Left behind by root's X server, in a folder where only root may remove it.
    const left = await claimDisplayNumber();
    await left.release();
    const lock = cleanup.add(`/tmp/.X${left.number}-lock`, (path) => rm(path, { force: true }));
    const { stdout: deadPid } = await run('sh', ['-c', 'echo $$']);
    await writeFile(lock, deadPid.trim().padStart(10) + '\n');
    await chown(dataDir, id, id);
    const host = start({ uid: id, gid: id });
    const { endpoints } = await reached(host, 'running');
    const { stdout } = await run('stat', ['-c', '%u', endpoints!.rfbSocketPath]);
    assert.equal(Number(stdout), id);
    assert.notEqual(endpoints!.display, `:${left.number}`);
    host.kill('SIGTERM');
    await once(host, 'exit');
    assert.equal(existsSync(dirname(dirname(dirname(endpoints!.xauthorityPath)))), false);
  });

  it('says that the disk is full, and starts when it no longer is', async function () {
    if (!isRoot()) this.skip();
    const mount = async (options: string): Promise<boolean> =>
      run('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', dataDir]).then(
        () => true,
        () => false,
      );
    if (!(await mount('size=8m'))) {
      this.test!.title += ' (skipped: this machine lets nobody mount)';
      this.skip();
    }
    cleanup.add(dataDir, (path) => run('umount', [path]).then(() => undefined));
    const host = start();
    const lines = createInterface({ input: host.stdout! });
    const reports: Report[] = [];
    lines.on('line', (line) => reports.push(JSON.parse(line) as Report));
    const state = (wanted: string) => reports.find(({ status }) => status.state === wanted);
    const failed = await eventually('the failure', () => state('failed'));
    assert.equal(failed.status.detail, 'The disk that holds the desktop is full.');
    await mount('remount,size=200m');
    await eventually('the desktop', () => state('running'));
    host.kill('SIGTERM');
    await once(host, 'exit');
  });

  it('keeps homes in a folder that only root may pass', async function () {
    if (!isRoot()) this.skip();
    await chmod(dataDir, 0o700);
    const host = start();
    const { isSandboxed } = await reached(host, 'running');
    if (!isSandboxed) this.skip();
    host.kill('SIGTERM');
    await once(host, 'exit');
    const { stdout } = await run('stat', ['-c', '%a %u', join(dataDir, 'rooms/hosted/home')]);
    assert.match(stdout, /^700 6[1-5]\d{3}$/m);
  });
});
