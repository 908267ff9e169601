import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { after, afterEach, before, it } from 'mocha';

import type { Desktop } from '../../../media-host/desktop/desktop.js';
import { answers } from '../../../media-host/desktop/display-number.js';
import { runtimeFolderOf } from '../../../media-host/desktop/runtime-folders.js';
import { eventually } from '../../tools/eventually.js';
import { describeWith } from '../../tools/requirements.js';
import { XDisplay } from '../../tools/x-display.js';

import {
  desktopPrograms,
  emptyDesktop,
  endpointsOf,
  listeningPorts,
  programs,
  reached,
  RoomsUnderTest,
  running,
} from './rooms-under-test.js';

describeWith(desktopPrograms, 'a room’s desktop', function () {
  this.timeout(30_000);
  let rooms: RoomsUnderTest;
  const started: Desktop[] = [];
  const create = (roomId: string): Desktop => {
    const desktop = rooms.create(roomId);
    started.push(desktop);
    return desktop;
  };

  before(async () => {
    rooms = await RoomsUnderTest.open(emptyDesktop);
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((desktop) => desktop.stop()));
  });
  after(() => rooms.close());

  it('is on show within three seconds, on a busy machine too', async () => {
    const desktop = create('quick');
    const startedAtMs = performance.now();
    const endpoints = await running(desktop);
    assert.ok(performance.now() - startedAtMs < 3000);
    const display = await XDisplay.connect(endpoints);
    assert.deepEqual([display.width, display.height], [1280, 720]);
    assert.equal((await display.grab()).data.length, 1280 * 720 * 4);
    display.close();
  });

  it('lets nobody in without its cookie', async () => {
    const { display, xauthorityPath } = await running(create('closed'));
    const forged = join(rooms.dataDir, 'forged');
    const cookie = await readFile(xauthorityPath);
    cookie.writeUInt8(cookie.readUInt8(cookie.length - 1) ^ 1, cookie.length - 1);
    await writeFile(forged, cookie);
    await assert.rejects(XDisplay.connect({ display, xauthorityPath: forged }));
    (await XDisplay.connect({ display, xauthorityPath })).close();
  });

  it('listens on no network port', async () => {
    await running(create('silent'));
    const supervised = [...programs('Xvnc'), ...programs('pulseaudio'), ...programs('dbus-daemon')];
    assert.ok(supervised.length >= 2);
    assert.deepEqual(
      supervised.flatMap(({ pid }) => listeningPorts(pid)),
      [],
    );
  });

  it('comes back whole, with another cookie, when its display is killed', async () => {
    const desktop = create('phoenix');
    const before = await running(desktop);
    const oldCookie = await readFile(before.xauthorityPath);
    const [failed, back] = [reached(desktop, 'failed'), reached(desktop, 'running')];
    for (const { pid } of programs('Xvnc')) process.kill(pid, 'SIGKILL');
    assert.match((await failed).detail ?? '', /display stopped; it is being restarted/);
    assert.equal(desktop.endpoints, null);
    await back;
    const after = endpointsOf(desktop);
    assert.notDeepEqual(await readFile(after.xauthorityPath), oldCookie);
    (await XDisplay.connect(after)).close();
    assert.equal(programs('Xvnc').length, 1);
  });

  it('keeps its display when only its sound server is killed', async () => {
    const desktop = create('deaf');
    const { pulseSocketPath } = await running(desktop);
    const [display] = programs('Xvnc');
    const killed = programs('pulseaudio');
    for (const { pid } of killed) process.kill(pid, 'SIGKILL');
    await eventually('another sound server', async () => {
      const isNew = !programs('pulseaudio').some(({ pid }) =>
        killed.some((old) => old.pid === pid),
      );
      return isNew && (await answers(pulseSocketPath));
    });
    assert.equal(desktop.status.state, 'running');
    assert.deepEqual(
      programs('Xvnc').map(({ pid }) => pid),
      [display?.pid],
    );
  });

  it('comes back when its display is lost while its sound server does not start', async () => {
    const settings = join(rooms.home('mute'), '.config/pulse');
    await mkdir(settings, { recursive: true });
    // The sound server waits for what nobody writes.
    execFileSync('mkfifo', [join(settings, 'daemon.conf')]);
    const desktop = create('mute');
    const [failed, back] = [reached(desktop, 'failed'), reached(desktop, 'running')];
    desktop.start();
    await untilDisplayTakesClients('mute');
    for (const { pid } of programs('Xvnc')) process.kill(pid, 'SIGKILL');
    assert.match((await failed).detail ?? '', /display stopped; it is being restarted/);
    await back;
    (await XDisplay.connect(endpointsOf(desktop))).close();
  });

  it('starts its session again when that ends', async () => {
    await running(create('again'));
    const [first] = await eventually('session', () => {
      const found = programs('dbus-run-session');
      return found.length > 0 ? found : null;
    });
    process.kill(first!.pid, 'SIGKILL');
    await eventually('another session', () =>
      programs('dbus-run-session').some(({ pid }) => pid !== first!.pid),
    );
    assert.equal(programs('Xvnc').length, 1);
  });

  it('stops without a trace, and can start again', async () => {
    const desktop = create('gone');
    const { display, xauthorityPath } = await running(desktop);
    const folder = dirname(dirname(xauthorityPath));
    await desktop.stop();
    assert.equal(desktop.status.state, 'stopped');
    for (const name of ['bwrap', 'Xvnc', 'pulseaudio', 'dbus-run-session', 'unshare']) {
      assert.deepEqual(programs(name), [], name);
    }
    const number = display.slice(1);
    for (const path of [folder, `/tmp/.X11-unix/X${number}`, `/tmp/.X${number}-lock`]) {
      assert.equal(existsSync(path), false, path);
    }
    await running(desktop);
  });

  it('stops while it is starting', async () => {
    const desktop = create('hasty');
    desktop.start();
    await desktop.stop();
    assert.equal(desktop.status.state, 'stopped');
    assert.deepEqual(programs('Xvnc'), []);
  });

  it('says why it cannot start, and starts when the reason is gone', async () => {
    const obstacle = join(rooms.dataDir, 'rooms', 'blocked');
    await running(create('first'));
    await writeFile(obstacle, 'not a folder');
    const desktop = create('blocked');
    const [failed, up] = [reached(desktop, 'failed'), reached(desktop, 'running')];
    desktop.start();
    assert.ok((await failed).detail);
    await rm(obstacle);
    await up;
  });
});

/** Resolves when the display of a desktop that is still starting lets clients in. */
async function untilDisplayTakesClients(roomId: string): Promise<void> {
  const base = readdirSync(tmpdir()).find((name) => name.startsWith(`share-space-${process.pid}-`));
  const { serviceXauthority } = runtimeFolderOf(join(tmpdir(), base ?? ''), roomId);
  await eventually('display', async () => {
    const [, display] = programs('Xvnc')[0]?.commandLine.split(' ') ?? [];
    if (display === undefined) return null;
    const access = { display, xauthorityPath: serviceXauthority };
    const connected = await XDisplay.connect(access).catch(() => null);
    connected?.close();
    return connected;
  });
}

describeWith(desktopPrograms, 'the desktops of a media host', function () {
  this.timeout(30_000);

  it('leave nothing in the folder for temporary files', async () => {
    const rooms = await RoomsUnderTest.open(emptyDesktop);
    const desktop = rooms.create('tidy');
    await running(desktop);
    const ours = (): string[] =>
      readdirSync(tmpdir()).filter((name) => name.startsWith(`share-space-${process.pid}-`));
    assert.equal(ours().length, 1);
    await desktop.stop();
    await rooms.close();
    assert.deepEqual(ours(), []);
  });
});
