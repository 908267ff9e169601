import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A fresh empty folder. */
export const makeTemporaryFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'share-space-'));

/** Removes a folder with all that is in it. */
export const removeFolder = (path: string): Promise<void> =>
  rm(path, { recursive: true, force: true });
