import type { Logger } from 'pino';

import type { Settings } from '../deploy/settings.js';

import { generatePasscode } from './passcodes/generate-passcode.js';
import { hashPasscode, matchesPasscode } from './passcodes/passcode-hash.js';
import type { RoomStore } from './store/room-store.js';
import type { OperatorFile, PasscodeHash } from './store/store-files.js';

const roomPasscodeGroups = 3;
const operatorPasswordGroups = 4;

/** Secrets that were made up in this start; only their hashes are kept. */
export interface GeneratedSecrets {
  readonly passcode?: string;
  readonly operatorPassword?: string;
}

/** A kept hash, and the secret it was made from if that was made up just now. */
interface EnsuredSecret {
  readonly kept: PasscodeHash;
  readonly generated: string | null;
}

/**
 * Sees to it that the room of the settings exists, and has the passcode of the settings if
 * they give one.
 * @returns the passcode if one was made up
 * @throws StoreError
 */
export async function ensureRoom(
  store: RoomStore,
  { room, roomPasscode }: Pick<Settings, 'room' | 'roomPasscode'>,
  nowMs: number,
  log: Logger,
): Promise<string | null> {
  const before = store.get(room)?.passcode ?? null;
  const { kept, generated } = await ensureSecret(before, roomPasscode, roomPasscodeGroups);
  if (kept !== before) {
    await store.setPasscode(room, kept, nowMs);
    log.info({ roomId: room }, before ? 'passcode of the room replaced' : 'room made');
  }
  return generated;
}

/**
 * Sees to it that there is an operator password, and that it is the one of the settings if
 * they give one.
 * @throws StoreError
 */
export async function ensureOperatorPassword(
  file: OperatorFile,
  { operatorPassword }: Pick<Settings, 'operatorPassword'>,
  log: Logger,
): Promise<EnsuredSecret> {
  const before = (await file.read())?.password ?? null;
  const ensured = await ensureSecret(before, operatorPassword, operatorPasswordGroups);
  if (ensured.kept !== before) {
    await file.write({ version: 1, password: ensured.kept });
    log.info(before ? 'operator password replaced' : 'operator password made');
  }
  return ensured;
}

async function ensureSecret(
  kept: PasscodeHash | null,
  configured: string | null,
  groups: number,
): Promise<EnsuredSecret> {
  if (configured === null) {
    if (kept) return { kept, generated: null };
    const generated = generatePasscode(groups);
    return { kept: await hashPasscode(generated), generated };
  }
  if (kept && (await matchesPasscode(configured, kept))) return { kept, generated: null };
  return { kept: await hashPasscode(configured), generated: null };
}
