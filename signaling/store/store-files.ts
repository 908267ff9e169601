import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

import { dataDirMode } from '../../deploy/kept-secret.js';
import { ServiceError, systemErrorCode } from '../../deploy/service-error.js';
import { hostIdSchema, opaqueIdSchema, roomIdSchema } from '../protocol/identifiers.js';

import { JsonFile } from './json-file.js';

/**
 * A passcode or password as it is kept (RFC 7914). `salt` and `hash` are base64url; `costLog2`
 * is the binary logarithm of scrypt's N.
 */
export const passcodeHashSchema = z.object({
  algorithm: z.literal('scrypt'),
  costLog2: z.number().int().min(14).max(17),
  blockSize: z.literal(8),
  parallelism: z.literal(1),
  salt: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
  hash: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});
export type PasscodeHash = z.infer<typeof passcodeHashSchema>;

/** A room as it is kept. `epoch` changes with the passcode; member tokens of an earlier one are void. */
export const roomRecordSchema = z.object({
  roomId: roomIdSchema,
  passcode: passcodeHashSchema,
  epoch: opaqueIdSchema,
  createdAtMs: z.number().int().nonnegative(),
  /** The media host that keeps the home folder of the room's desktop; none before it first ran. */
  hostId: hostIdSchema.optional(),
});
export type RoomRecord = z.infer<typeof roomRecordSchema>;

const version = 1;

export const roomsSchema = z.object({
  version: z.literal(version),
  rooms: z.array(roomRecordSchema),
});
export type RoomsFile = JsonFile<z.infer<typeof roomsSchema>>;

const operatorSchema = z.object({ version: z.literal(version), password: passcodeHashSchema });
export type OperatorFile = JsonFile<z.infer<typeof operatorSchema>>;

const memberKeySchema = z.object({
  version: z.literal(version),
  key: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});

/** The files of the signaling service in its data folder. */
export interface StoreFiles {
  readonly rooms: RoomsFile;
  readonly operator: OperatorFile;
  readonly memberKey: JsonFile<z.infer<typeof memberKeySchema>>;
}

/** Names the files of a data folder; reads nothing. */
export function storeFilesOf(dataDir: string): StoreFiles {
  return {
    rooms: new JsonFile(join(dataDir, 'rooms.json'), roomsSchema, version),
    operator: new JsonFile(join(dataDir, 'operator.json'), operatorSchema, version),
    memberKey: new JsonFile(join(dataDir, 'member-key.json'), memberKeySchema, version),
  };
}

/**
 * Makes the data folder if there is none.
 * @throws ServiceError when that is impossible
 */
export async function ensureDataFolder(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: dataDirMode });
  } catch (error) {
    throw new ServiceError(
      `The data folder ${dataDir} cannot be made (${systemErrorCode(error) ?? String(error)}); set SHARE_SPACE_DATA_DIR to a folder that can.`,
      { cause: error },
    );
  }
}

/** The key that signs member tokens (32 bytes), made at first use. */
export async function loadMemberKey(file: StoreFiles['memberKey']): Promise<Uint8Array> {
  const kept = await file.read();
  if (kept) return Buffer.from(kept.key, 'base64url');
  const key = randomBytes(32);
  await file.write({ version, key: key.toString('base64url') });
  return key;
}
