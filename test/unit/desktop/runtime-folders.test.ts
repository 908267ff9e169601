import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, describe, it } from 'mocha';

import { isRoot } from '../../../media-host/desktop/room-identities.js';
import {
  makeRuntimeBase,
  makeRuntimeFolder,
  removeStaleRuntimeBases,
  runtimeFolderOf,
} from '../../../media-host/desktop/runtime-folders.js';

const secrets = { xauthority: Buffer.from('x'), pulseCookie: Buffer.from('p') };
const account = { uid: 1000, gid: 1000, home: '/home/member' };
const identity = (id: number) => ({ uid: id, gid: id });

/** The id of a process that is gone. */
const deadPid = (): string => execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }).trim();

describe('runtime folders', () => {
  const made: string[] = [];
  const remember = (path: string): string => {
    made.push(path);
    return path;
  };
  afterEach(async () => {
    for (const path of made.splice(0)) await rm(path, { recursive: true, force: true });
  });

  it('let everybody through and nobody look', async () => {
    const base = remember(await makeRuntimeBase());
    assert.equal((await stat(base)).mode & 0o777, 0o711);
    const folder = runtimeFolderOf(base, 'room');
    await makeRuntimeFolder(folder, null, secrets, account);
    assert.equal((await stat(folder.path)).mode & 0o777, 0o711);
    assert.equal((await stat(folder.temporary)).mode & 0o777, 0o700);
    assert.equal((await stat(folder.serviceXauthority)).mode & 0o777, 0o600);
  });

  it('give each part to who uses it', async function () {
    if (!isRoot()) this.skip();
    const base = remember(await makeRuntimeBase());
    const folder = runtimeFolderOf(base, 'room');
    const owners = { room: identity(61_000), service: identity(60_999) };
    await makeRuntimeFolder(folder, owners, secrets, account);
    const facts = async (path: string): Promise<string> => {
      const { uid, gid, mode } = await stat(path);
      return `${uid}:${gid} ${(mode & 0o777).toString(8)}`;
    };
    assert.equal(await facts(folder.temporary), '61000:61000 700');
    assert.equal(await facts(folder.userRuntime), '61000:61000 700');
    assert.equal(await facts(folder.socketFolder), '61000:60999 750');
    assert.equal(await facts(folder.secretFolder), '0:61000 750');
    assert.equal(await facts(folder.xauthority), '0:61000 440');
    assert.equal(await facts(folder.serviceXauthority), '60999:60999 600');
    assert.equal(await facts(folder.servicePulseCookie), '60999:60999 600');
    assert.equal(await readFile(folder.serviceXauthority, 'utf8'), 'x');
  });

  it('hold nothing of an earlier desktop', async () => {
    const base = remember(await makeRuntimeBase());
    const folder = runtimeFolderOf(base, 'room');
    await makeRuntimeFolder(folder, null, secrets, account);
    await mkdir(join(folder.temporary, 'left'));
    await makeRuntimeFolder(folder, null, secrets, account);
    assert.equal(existsSync(join(folder.temporary, 'left')), false);
  });

  it('are refused where socket addresses would be too long', async () => {
    const folder = runtimeFolderOf(`/tmp/${'x'.repeat(90)}`, 'room');
    await assert.rejects(
      makeRuntimeFolder(folder, null, secrets, account),
      /too long a name; set TMPDIR/,
    );
  });

  it('of media hosts that are gone are removed, and no others', async () => {
    const living = remember(await makeRuntimeBase());
    const dead = remember(join(tmpdir(), `share-space-${deadPid()}-AbCd12`));
    const link = remember(join(tmpdir(), `share-space-${deadPid()}-AbCd34`));
    const other = remember(join(tmpdir(), `share-space-${deadPid()}`));
    await mkdir(join(dead, 'room'), { recursive: true });
    await mkdir(other);
    await symlink(other, link);

    assert.deepEqual(
      (await removeStaleRuntimeBases()).filter((path) => made.includes(path)),
      [dead],
    );
    assert.equal(existsSync(dead), false);
    for (const path of [living, link, other]) assert.ok(existsSync(path), path);
  });
});
