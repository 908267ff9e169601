import type { Logger } from 'pino';

import { loadHostSecret } from '../deploy/host-secret.js';
import type { Settings } from '../deploy/settings.js';
import { loadTurnSecret } from '../deploy/turn/turn-secret.js';

import { ensureOperatorPassword, ensureRoom } from './first-start.js';
import type { GeneratedSecrets } from './first-start.js';
import { FolderLock } from './store/folder-lock.js';
import { RoomStore } from './store/room-store.js';
import { ensureDataFolder, loadMemberKey, storeFilesOf } from './store/store-files.js';
import type { OperatorFile, PasscodeHash } from './store/store-files.js';

/** All that the service keeps in its data folder, which is its own until `lock` is released. */
export interface OpenData {
  readonly lock: FolderLock;
  readonly store: RoomStore;
  readonly operatorFile: OperatorFile;
  /** Signs member tokens. */
  readonly memberKey: Uint8Array;
  readonly hostSecret: string;
  /** What is shared with the TURN server; null when there is none. */
  readonly turnSecret: string | null;
}

/** What people get in with. */
export interface Secrets {
  readonly operatorPassword: PasscodeHash;
  readonly generated: GeneratedSecrets;
}

/**
 * Takes the data folder, reads what is there and makes the keys that a first start lacks.
 * @throws ServiceError that names the file and the remedy; the folder is free again then
 */
export async function openData(settings: Settings): Promise<OpenData> {
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
    const turnSecret = await loadTurnSecret(settings);
    return { lock, store, operatorFile: files.operator, memberKey, hostSecret, turnSecret };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/**
 * Sees to it that there are a room and an operator password. Only hashes of what is made up are
 * kept: call it when nothing stands in the way of telling people.
 * @throws StoreError; nothing made up is kept then
 */
export async function ensureSecrets(
  { store, operatorFile }: OpenData,
  settings: Settings,
  nowMs: number,
  log: Logger,
): Promise<Secrets> {
  const operator = await ensureOperatorPassword(operatorFile, settings, log);
  try {
    const passcode = await ensureRoom(store, settings, nowMs, log);
    const generated = {
      ...(passcode !== null && { passcode }),
      ...(operator.generated !== null && { operatorPassword: operator.generated }),
    };
    return { operatorPassword: operator.kept, generated };
  } catch (error) {
    // Nobody would ever learn it.
    if (operator.generated !== null) await operatorFile.remove();
    throw error;
  }
}
