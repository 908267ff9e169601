import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { loadKeptSecret } from '../../../deploy/kept-secret.js';
import { ServiceError } from '../../../deploy/service-error.js';

import { makeTemporaryFolder, removeFolder } from './temporary-folder.js';

describe('a secret of the data folder', () => {
  let folder: string;
  beforeEach(async () => (folder = await makeTemporaryFolder()));
  afterEach(() => removeFolder(folder));

  it('is made once', async () => {
    const secret = await loadKeptSecret(folder, 'host-secret', '');
    assert.equal(await loadKeptSecret(folder, 'host-secret', ''), secret);
  });

  it('that cannot be read is named, with what to do', async () => {
    const path = join(folder, 'host-secret');
    await mkdir(path);
    await assert.rejects(loadKeptSecret(folder, 'host-secret', ''), (error: unknown) => {
      assert.ok(error instanceof ServiceError);
      assert.ok(error.message.includes(`${path} cannot be read or made (EISDIR)`), error.message);
      return true;
    });
  });
});
