import assert from 'node:assert/strict';
import * as fileSystem from 'node:fs/promises';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { pino } from 'pino';

import { loadSettings } from '../../../deploy/settings.js';
import { ensureSecrets, openData } from '../../../signaling/open-data.js';
import { JsonFile } from '../../../signaling/store/json-file.js';
import { RoomStore } from '../../../signaling/store/room-store.js';
import { roomsSchema } from '../../../signaling/store/store-files.js';

import { makeTemporaryFolder, removeFolder } from './temporary-folder.js';

const log = pino({ enabled: false });

describe('a first start', () => {
  it('keeps no made-up password of the operator when the room cannot be kept', async () => {
    const dataDir = await makeTemporaryFolder();
    const settings = loadSettings({ SHARE_SPACE_DATA_DIR: dataDir });
    const data = await openData(settings);
    try {
      const rooms = new JsonFile(join(dataDir, 'rooms.json'), roomsSchema, 1, {
        ...fileSystem,
        rename: () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })),
      });
      const store = await RoomStore.open(rooms);
      await assert.rejects(ensureSecrets({ ...data, store }, settings, 0, log), /disk is full/);
      assert.deepEqual((await readdir(dataDir)).sort(), [
        'host-secret',
        'lock.sock',
        'member-key.json',
      ]);
      const { generated } = await ensureSecrets(data, settings, 0, log);
      assert.deepEqual(Object.keys(generated).sort(), ['operatorPassword', 'passcode']);
    } finally {
      await data.lock.release();
      await removeFolder(dataDir);
    }
  });
});
