import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { after, before, it } from 'mocha';

import type { Desktop } from '../../../media-host/desktop/desktop.js';
import { prepareHome } from '../../../media-host/desktop/home-folder.js';
import {
  isRoot,
  RoomIdentities,
  serviceIdentity,
} from '../../../media-host/desktop/room-identities.js';
import { accountOf, processSpecOf } from '../../../media-host/desktop/room-place.js';
import type { RoomPlace } from '../../../media-host/desktop/room-place.js';
import {
  makeRuntimeBase,
  makeRuntimeFolder,
  runtimeFolderOf,
} from '../../../media-host/desktop/runtime-folders.js';
import { probeSandbox } from '../../../media-host/desktop/sandbox-probe.js';
import { packageRoot } from '../../../media-host/supervision/package-root.js';
import { describeWith } from '../../tools/requirements.js';

import { desktopPrograms, RoomsUnderTest, running, emptyDesktop } from './rooms-under-test.js';

const run = promisify(execFile);

describeWith(desktopPrograms, 'the sandbox of a room', function () {
  this.timeout(30_000);
  let rooms: RoomsUnderTest;
  let other: Desktop;
  let base = '';
  let place: RoomPlace;

  /** What a shell script prints that runs as a room's programs do. */
  const inside = async (script: string): Promise<string> => {
    const spec = processSpecOf(place, {
      name: 'test',
      program: '/bin/sh',
      args: ['-c', script],
      env: {},
      binds: [],
    });
    const { stdout } = await run(spec.command, [...spec.args], { env: spec.env });
    return stdout.trim();
  };

  before(async function () {
    rooms = await RoomsUnderTest.open(emptyDesktop);
    base = await makeRuntimeBase();
    const identities = isRoot() ? new RoomIdentities(rooms.dataDir) : null;
    const reason = await probeSandbox(
      base,
      rooms.dataDir,
      identities?.identityFor('inmate') ?? null,
    );
    if (reason !== null) {
      this.test!.title = `skipped: sandboxes do not work here (${reason})`;
      this.skip();
    }
    other = rooms.create('other');
    await running(other);
    await writeFile(join(rooms.home('other'), 'diary'), 'secret');
    await chmod(join(rooms.home('other'), 'diary'), 0o644);
    await writeFile(join(rooms.dataDir, 'passcodes'), 'secret');

    const assets = join(base, 'assets');
    await mkdir(assets);
    const service = serviceIdentity();
    const identity = identities?.identityFor('inmate') ?? null;
    place = {
      roomId: 'inmate',
      identity,
      isSandboxed: true,
      folder: runtimeFolderOf(base, 'inmate'),
      home: rooms.home('inmate'),
      assets,
      runtimeBase: base,
      hidden: [rooms.dataDir, packageRoot],
      shownProgram: null,
    };
    await prepareHome(place.home, identity);
    const secrets = { xauthority: randomBytes(8), pulseCookie: randomBytes(8) };
    const owners = identity && service ? { room: identity, service } : null;
    await makeRuntimeFolder(place.folder, owners, secrets, accountOf(place));
  });
  after(async () => {
    await (other as Desktop | undefined)?.stop();
    await rooms.close();
    await rm(base, { recursive: true, force: true });
  });

  it('runs programs as a named user who is not root and cannot become it', async () => {
    assert.equal(await inside('id -u; id -un; echo "$HOME"'), '1000\nmember\n/home/member');
    assert.match(await inside('grep NoNewPrivs /proc/self/status'), /1$/);
    assert.match(await inside('grep CapEff /proc/self/status'), /\b0+$/);
  });

  it('gives a room a user of the machine that nobody else is', async function () {
    if (!isRoot()) this.skip();
    const identity = place.identity!;
    assert.ok(identity.uid >= 61_000);
    await inside('touch ~/mine');
    const { stdout } = await run('stat', ['-c', '%u:%g', join(place.home, 'mine')]);
    assert.equal(stdout.trim(), `${identity.uid}:${identity.gid}`);
  });

  it('hides other rooms’ files, the data folder and the program', async () => {
    const seen = await inside(
      `ls -A '${rooms.dataDir}' '${packageRoot}' 2>/dev/null | grep -v :$; cat '${join(rooms.home('other'), 'diary')}' '${join(rooms.dataDir, 'passcodes')}' 2>/dev/null; true`,
    );
    assert.equal(seen, '');
  });

  it('hides other rooms’ displays, sounds and cookies', async () => {
    const { display, rfbSocketPath, pulseCookiePath } = other.endpoints!;
    const paths = [`/tmp/.X11-unix/X${display.slice(1)}`, rfbSocketPath, pulseCookiePath];
    assert.equal(await inside(`ls ${paths.join(' ')} 2>/dev/null; true`), '');
  });

  it('hides the processes of others', async () => {
    const count = await inside('set -- /proc/[0-9]*; echo $#');
    assert.ok(Number(count) <= 3, count);
  });

  it('keeps the home folder, and nothing else, writable', async () => {
    const script =
      'for f in /usr/x /etc/x /opt/x /var/lib/x; do touch $f 2>/dev/null && echo $f; done; true';
    assert.equal(await inside(script), '');
    await inside('echo kept > ~/note; echo gone > /tmp/note');
    assert.equal(await inside('cat ~/note'), 'kept');
  });

  it('hands on no variable of the media host’s', async () => {
    process.env['SHARE_SPACE_TEST_SECRET'] = 'hidden';
    const names = await inside('env');
    delete process.env['SHARE_SPACE_TEST_SECRET'];
    assert.ok(!names.includes('hidden'), names);
  });

  it('resolves names as the machine does', async () => {
    assert.equal(await inside('test -r /etc/resolv.conf && echo yes'), 'yes');
  });

  it('stops a fork bomb at a limit of its own', async function () {
    if (!isRoot()) this.skip();
    assert.ok(Number(await inside('prlimit --nproc --output=SOFT --noheadings')) <= 4096);
  });
});
