import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { ServiceError } from '../../../deploy/service-error.js';
import { FolderLock } from '../../../signaling/store/folder-lock.js';

import { makeTemporaryFolder, removeFolder } from './temporary-folder.js';

const listening = `
  require('node:net').createServer().listen(process.argv[1], () => process.stdout.write('.'));
`;

describe('the lock of a data folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await makeTemporaryFolder();
  });
  afterEach(() => removeFolder(folder));

  it('refuses a second holder, and lets the next in when it is released', async () => {
    const lock = await FolderLock.acquire(folder);
    await assert.rejects(FolderLock.acquire(folder), (error: unknown) => {
      assert.ok(error instanceof ServiceError);
      assert.match(error.message, /^Another Share Space already uses this data folder: /);
      return true;
    });
    await lock.release();
    await lock.release();
    assert.deepEqual(await readdir(folder), []);
    await (await FolderLock.acquire(folder)).release();
  });

  it('takes over from a process that was killed', async () => {
    const child = spawn(process.execPath, ['-e', listening, join(folder, 'lock.sock')]);
    await once(child.stdout, 'data');
    await assert.rejects(FolderLock.acquire(folder), ServiceError);
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.deepEqual(await readdir(folder), ['lock.sock']);
    const lock = await FolderLock.acquire(folder);
    assert.deepEqual(await readdir(folder), ['lock.sock']);
    await lock.release();
  });

  it('goes to one of many that start together after a crash', async () => {
    const child = spawn(process.execPath, ['-e', listening, join(folder, 'lock.sock')]);
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const attempts = await Promise.allSettled(
      Array.from({ length: 8 }, () => FolderLock.acquire(folder)),
    );
    const locks = attempts.flatMap((attempt) =>
      attempt.status === 'fulfilled' ? [attempt.value] : [],
    );
    assert.equal(locks.length, 1);
    await locks[0]?.release();
    assert.deepEqual(await readdir(folder), []);
  });

  it('says so when the path of the folder is too long for a socket', async () => {
    const deep = join(folder, 'x'.repeat(100));
    await mkdir(deep);
    await assert.rejects(FolderLock.acquire(deep), /too long; set SHARE_SPACE_DATA_DIR/);
  });
});
