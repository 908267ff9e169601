import assert from 'node:assert/strict';
import { chmod, lstat, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, it } from 'mocha';

import { isReachableByOthers, prepareHome } from '../../../media-host/desktop/home-folder.js';
import { isRoot } from '../../../media-host/desktop/room-identities.js';

describe('a room’s home folder', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'share-space-home-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is made, for its owner alone', async () => {
    const home = join(folder, 'rooms/a/home');
    await prepareHome(home, null);
    assert.equal((await stat(home)).mode & 0o777, 0o700);
  });

  it('keeps what is in it', async () => {
    const home = join(folder, 'home');
    await prepareHome(home, null);
    await writeFile(join(home, 'letter'), 'dear');
    await prepareHome(home, null);
    assert.ok(await stat(join(home, 'letter')));
  });

  it('is given to the room’s user with all that is in it, and nothing that links lead to', async function () {
    if (!isRoot()) this.skip();
    const home = join(folder, 'home');
    const outside = join(folder, 'outside');
    await mkdir(join(home, 'Documents'), { recursive: true });
    await writeFile(join(home, 'Documents/letter'), 'dear');
    await writeFile(outside, 'mine');
    await symlink(outside, join(home, 'link'));
    await prepareHome(home, { uid: 61_000, gid: 61_000 });
    for (const path of [home, join(home, 'Documents/letter'), join(home, 'link')]) {
      assert.equal((await lstat(path)).uid, 61_000, path);
    }
    assert.equal((await lstat(outside)).uid, 0);
  });

  it('is not taken for one when it is a link or a file', async () => {
    const home = join(folder, 'home');
    await symlink('/etc', home);
    await assert.rejects(prepareHome(home, null));
  });

  it('is out of others’ reach when a folder above lets nobody through', async () => {
    const inner = join(folder, 'inner');
    await mkdir(inner);
    await chmod(folder, 0o700);
    assert.equal(await isReachableByOthers(inner), false);
    await chmod(folder, 0o711);
    assert.equal(await isReachableByOthers(inner), true);
  });
});
