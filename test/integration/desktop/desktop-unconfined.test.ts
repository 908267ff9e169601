import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, it } from 'mocha';
import { pino } from 'pino';

import { installAssets } from '../../../media-host/desktop/assets.js';
import { Desktop } from '../../../media-host/desktop/desktop.js';
import { isInstalled } from '../../../media-host/desktop/programs.js';
import {
  homeFolder,
  RoomIdentities,
  serviceIdentity,
} from '../../../media-host/desktop/room-identities.js';
import { makeRuntimeBase, runtimeFolderOf } from '../../../media-host/desktop/runtime-folders.js';
import { Cleanup } from '../../tools/cleanup.js';
import { eventually } from '../../tools/eventually.js';
import { isAlive, processTree } from '../../tools/processes.js';
import { describeWith } from '../../tools/requirements.js';
import { XDisplay } from '../../tools/x-display.js';

import { desktopPrograms, programs, reached, running } from './rooms-under-test.js';

const removeFolder = (path: string): Promise<void> => rm(path, { recursive: true, force: true });

describeWith(desktopPrograms, 'a desktop where sandboxes are refused', function () {
  this.timeout(30_000);
  const cleanup = new Cleanup();
  afterEach(() => cleanup.run());

  const create = async (command: string): Promise<{ desktop: Desktop; home: string }> => {
    const dataDir = cleanup.add(await mkdtemp(join(tmpdir(), 'share-space-data-')), removeFolder);
    await chmod(dataDir, 0o711);
    const runtimeBase = cleanup.add(await makeRuntimeBase(), removeFolder);
    const assets = join(runtimeBase, 'assets');
    await installAssets(assets, assets);
    const service = serviceIdentity();
    const room = service && new RoomIdentities(dataDir).identityFor('open');
    const home = homeFolder(dataDir, 'open');
    const desktop = new Desktop({
      spec: {
        roomId: 'open',
        size: { width: 640, height: 480 },
        framesPerSecond: 30,
        videoBitrateKbps: 1000,
        videoBitrateMinKbps: 500,
      },
      desktopCommand: command,
      logger: pino({ enabled: false }),
      owners: () => (service && room ? { room, service } : null),
      place: {
        roomId: 'open',
        isSandboxed: false,
        folder: runtimeFolderOf(runtimeBase, 'open'),
        home,
        assets,
        runtimeBase,
        hidden: [],
        shownProgram: null,
      },
    });
    return { desktop: cleanup.add(desktop, (created) => created.stop()), home };
  };

  it('runs as a named user of the room, and ends with all that it started', async function () {
    // Without a name for its user, D-Bus does not start.
    if (!isInstalled('setpriv')) this.skip();
    const { desktop, home } = await create(
      '(sleep 1000 & echo $! > ~/orphan); id -un > ~/name; trap "" TERM; while :; do sleep 0.1; done',
    );
    const endpoints = await running(desktop);
    (await XDisplay.connect(endpoints)).close();
    const name = await eventually('the name', () =>
      readFile(join(home, 'name'), 'utf8').catch(() => null),
    );
    assert.equal(name, 'member\n');
    const { uid } = await stat(join(home, 'name'));
    assert.ok(process.getuid?.() !== 0 || uid >= 61_000);
    assert.deepEqual(programs('bwrap'), []);
    const orphan = (await readFile(join(home, 'orphan'), 'utf8')).trim();
    const started = processTree(process.pid).filter(({ pid }) => pid !== process.pid);
    assert.ok(existsSync(`/proc/${orphan}`));
    await desktop.stop();
    assert.deepEqual(started.filter(isAlive), []);
    assert.equal(existsSync(`/proc/${orphan}`), false);
  });

  it('ends with what made a session of its own, too, where its user is the room’s alone', async function () {
    if (!serviceIdentity() || !isInstalled('setpriv')) this.skip();
    const { desktop, home } = await create(
      'setsid sh -c "echo \\$\\$ > ~/stray; exec sleep 1000" & exec sleep infinity',
    );
    await running(desktop);
    const stray = await eventually('the stray', () =>
      readFile(join(home, 'stray'), 'utf8').catch(() => null),
    );
    assert.ok(existsSync(`/proc/${stray.trim()}`));
    await desktop.stop();
    await eventually('end of the stray', () => !existsSync(`/proc/${stray.trim()}`));
  });

  it('says so when the room’s user cannot reach its home', async function () {
    if (!serviceIdentity()) this.skip();
    const { desktop, home } = await create('exec sleep infinity');
    await chmod(join(home, '../../..'), 0o700);
    const failed = reached(desktop, 'failed');
    desktop.start();
    assert.match((await failed).detail ?? '', /cannot reach .* set SHARE_SPACE_DATA_DIR/);
  });
});
