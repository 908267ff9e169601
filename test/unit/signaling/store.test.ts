import assert from 'node:assert/strict';
import * as fileSystem from 'node:fs/promises';
import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

import { createDecoyHash } from '../../../signaling/passcodes/passcode-hash.js';
import { JsonFile, StoreError } from '../../../signaling/store/json-file.js';
import type { FileSystem } from '../../../signaling/store/json-file.js';
import { RoomStore } from '../../../signaling/store/room-store.js';
import { loadMemberKey, storeFilesOf } from '../../../signaling/store/store-files.js';

import { makeTemporaryFolder, removeFolder } from './temporary-folder.js';

const schema = z.object({ version: z.literal(1), names: z.array(z.string()) });

const hasReason =
  (reason: string, ...words: string[]) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof StoreError, String(error));
    assert.equal(error.reason, reason);
    for (const word of words) assert.ok(error.message.includes(word), error.message);
    return true;
  };

const failure = (code: string): Error => Object.assign(new Error(code), { code });

/** The real file system, but writing into a new file fails half way. */
const failingOnWrite = (code: string): FileSystem => ({
  ...fileSystem,
  open: async (path, flags, mode) => {
    const file = await fileSystem.open(path, flags, mode);
    if (flags === 'wx') {
      file.writeFile = async () => {
        await file.write('{ "ver');
        throw failure(code);
      };
    }
    return file;
  },
});

describe('the store', () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await makeTemporaryFolder();
    path = join(folder, 'names.json');
  });
  afterEach(() => removeFolder(folder));

  const open = (files?: FileSystem): JsonFile<z.infer<typeof schema>> =>
    new JsonFile(path, schema, 1, files);

  it('reads nothing where there is no file', async () => {
    assert.equal(await open().read(), null);
  });

  it('reads back what it wrote, readable by the owner only', async () => {
    const file = open();
    await file.read();
    await file.write({ version: 1, names: ['Ada'] });
    assert.deepEqual(await open().read(), { version: 1, names: ['Ada'] });
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    assert.deepEqual(await readdir(folder), ['names.json']);
  });

  it('does many writes one after another, and the last one stays', async () => {
    const file = open();
    await file.read();
    const names = Array.from({ length: 20 }, (_, index) => String(index));
    await Promise.all(names.map((name) => file.write({ version: 1, names: [name] })));
    assert.deepEqual(await open().read(), { version: 1, names: ['19'] });
  });

  it('refuses to write over a file it has not read', () => {
    assert.throws(() => void open().write({ version: 1, names: [] }), /before it was read/);
  });

  const damaged: readonly (readonly [string, string, string])[] = [
    ['torn', '{ "version": 1, "na', 'damaged'],
    ['empty', '', 'damaged'],
    ['of another shape', '{ "version": 1, "names": "Ada" }', 'damaged'],
    ['without a version', '[]', 'damaged'],
    ['of a later version', '{ "version": 2, "names": {} }', 'unknown-version'],
  ];
  for (const [what, text, reason] of damaged) {
    it(`names a file that is ${what}, and leaves it as it is`, async () => {
      await writeFile(path, text);
      const file = open();
      await assert.rejects(file.read(), hasReason(reason, path, 'left as it is'));
      assert.throws(() => void file.write({ version: 1, names: [] }));
      assert.equal(await readFile(path, 'utf8'), text);
    });
  }

  it('names a file that cannot be read', async () => {
    const files = { ...fileSystem, readFile: () => Promise.reject(failure('EACCES')) };
    await assert.rejects(open(files).read(), hasReason('unreadable', path, 'EACCES'));
  });

  for (const [code, reason] of [
    ['ENOSPC', 'disk-full'],
    ['EDQUOT', 'disk-full'],
    ['EIO', 'unwritable'],
  ] as const) {
    it(`keeps the old content and removes the new when writing fails with ${code}`, async () => {
      const file = open();
      await file.read();
      await file.write({ version: 1, names: ['Ada'] });
      const failing = open(failingOnWrite(code));
      await failing.read();
      await assert.rejects(
        failing.write({ version: 1, names: ['Bob'] }),
        hasReason(reason, path, 'keeps its old content'),
      );
      // Before the next read, which would remove what was left.
      assert.deepEqual(await readdir(folder), ['names.json']);
      assert.deepEqual(await open().read(), { version: 1, names: ['Ada'] });
    });
  }

  it('writes again after a write that failed', async () => {
    let isFull = true;
    const file = open({
      ...fileSystem,
      open: (path, flags, mode) =>
        (isFull && flags === 'wx' ? failingOnWrite('ENOSPC') : fileSystem).open(path, flags, mode),
    });
    await file.read();
    await assert.rejects(file.write({ version: 1, names: ['Ada'] }), hasReason('disk-full'));
    isFull = false;
    await file.write({ version: 1, names: ['Bob'] });
    assert.deepEqual(await open().read(), { version: 1, names: ['Bob'] });
  });

  it('removes what an interrupted write left, and nothing else', async () => {
    await writeFile(`${path}.1234.tmp`, '{ "ver');
    await writeFile(join(folder, 'other.json.1234.tmp'), '');
    await open().read();
    assert.deepEqual(await readdir(folder), ['other.json.1234.tmp']);
  });
});

describe('the store of rooms', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await makeTemporaryFolder();
  });
  afterEach(() => removeFolder(folder));

  it('keeps rooms, and a new epoch with each passcode', async () => {
    const store = await RoomStore.open(storeFilesOf(folder).rooms);
    await store.setPasscode('lobby', createDecoyHash(), 1000);
    await store.setPasscode('attic', createDecoyHash(), 2000);
    const before = store.get('lobby');
    await store.setPasscode('lobby', createDecoyHash(), 3000);
    const after = store.get('lobby');
    assert.equal(after?.createdAtMs, 1000);
    assert.notEqual(after.epoch, before?.epoch);
    assert.deepEqual((await RoomStore.open(storeFilesOf(folder).rooms)).all(), store.all());
    assert.equal(store.get('__proto__'), undefined);
  });

  it('changes nothing in memory when the disk is full', async () => {
    const store = await RoomStore.open(
      new JsonFile(
        join(folder, 'rooms.json'),
        z.object({ version: z.literal(1), rooms: z.array(z.any()) }),
        1,
        failingOnWrite('ENOSPC'),
      ),
    );
    await assert.rejects(store.setPasscode('lobby', createDecoyHash(), 0), hasReason('disk-full'));
    assert.deepEqual(store.all(), []);
  });

  it('makes the key of member tokens once', async () => {
    const key = await loadMemberKey(storeFilesOf(folder).memberKey);
    assert.equal(key.byteLength, 32);
    assert.deepEqual(await loadMemberKey(storeFilesOf(folder).memberKey), key);
  });

  it('of rooms keeps the host of each through a change of passcode, and writes only what is new', async () => {
    const { rooms } = storeFilesOf(folder);
    const store = await RoomStore.open(rooms);
    await store.setPasscode('lobby', createDecoyHash(), 1);
    await store.setHost(['lobby', 'elsewhere'], 'host-1');
    await store.setPasscode('lobby', createDecoyHash(), 2);
    const kept = (await RoomStore.open(storeFilesOf(folder).rooms)).all();
    assert.deepEqual(
      kept.map(({ roomId, hostId, createdAtMs }) => [roomId, hostId, createdAtMs]),
      [['lobby', 'host-1', 1]],
    );
    const { mtimeMs } = await stat(rooms.path);
    await store.setHost(['lobby'], 'host-1');
    assert.equal((await stat(rooms.path)).mtimeMs, mtimeMs);
  });
});
