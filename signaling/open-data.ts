import type { Logger } from 'pino';

import { loadHostSecret } from '../deploy/host-secret.js';
import type { Settings } from '../deploy/settings.js';

import { ensureOperatorPassword, ensureRoom } from './first-start.js';
import type { GeneratedSecrets } from './first-start.js';
import { FolderLock } from './store/folder-lock.js';
import { RoomStore } from './store/room-store.js';
import { ensureDataFolder, loadMemberKey, storeFilesOf } from './store/store-files.js';
import type { PasscodeHash } from './store/store-files.js';

/** All that the service keeps in its data folder, which is its own until `lock` is released. */
export interface OpenData {
  readonly lock: FolderLock;
  readonly store: RoomStore;
  readonly operatorPassword: PasscodeHash;
  /** Signs member tokens. */
  readonly memberKey: Uint8Array;
  readonly hostSecret: string;
  readonly generated: GeneratedSecrets;
}

/**
 * Takes the data folder, reads what is there and makes what a first start lacks.
 * @throws ServiceError that names the file and the remedy; the folder is free again then
 */
export async function openData(settings: Settings, nowMs: number, log: Logger): Promise<OpenData> {
  const { dataDir } = settings;
  await ensureDataFolder(dataDir);
  const lock = await FolderLock.acquire(dataDir);
  try {
    const files = storeFilesOf(dataDir);
    // Everything is read before anything is made, so that a damaged file changes nothing else.
    const store = await RoomStore.open(files.rooms);
    await files.operator.read();
    const memberKey = await loadMemberKey(files.memberKey);
    const hostSecret = await loadHostSecret(settings);
    const operator = await ensureOperatorPassword(files.operator, settings, log);
    const passcode = await ensureRoom(store, settings, nowMs, log);
    const generated = {
      ...(passcode !== null && { passcode }),
      ...(operator.generated !== null && { operatorPassword: operator.generated }),
    };
    return { lock, store, operatorPassword: operator.kept, memberKey, hostSecret, generated };
  } catch (error) {
    await lock.release();
    throw error;
  }
}
