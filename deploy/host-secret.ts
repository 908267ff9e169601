import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';

import { SignJWT } from 'jose';

import { hostTokenAudience } from '../signaling/protocol/host-events.js';

import { ServiceError, systemErrorCode } from './service-error.js';
import type { Settings } from './settings.js';

/** Mode of the data folder: others may pass through it to a desktop's home, but not list it. */
export const dataDirMode = 0o711;

const secretPattern = /^[\x21-\x7e]{32,256}$/;
/** A media host makes a token for each attempt to connect, so it need not live long. */
const tokenLifetimeSeconds = 30;

/**
 * The secret that media hosts register with: the setting, or else the content of
 * `DATA_DIR/host-secret`, which the first process that needs it makes, readable by its owner
 * only. The signaling service and a media host of the same data folder so agree by themselves.
 * @throws ServiceError that names the file when it holds no secret; the system's error when it
 *   cannot be read or made
 */
export async function loadHostSecret(
  settings: Pick<Settings, 'dataDir' | 'hostSecret'>,
): Promise<string> {
  if (settings.hostSecret !== null) return settings.hostSecret;
  const path = join(settings.dataDir, 'host-secret');
  const secret = (await readIfThere(path)) ?? (await create(settings.dataDir, path));
  if (secretPattern.test(secret)) return secret;
  throw new ServiceError(
    `The file ${path} holds no host secret. Remove it to have a new one made, or set SHARE_SPACE_HOST_SECRET; it was left as it is.`,
  );
}

/**
 * A token with which a media host registers, once and within 30 s (RFC 7519, HS256).
 * @param hostId becomes the token's subject
 */
export function createHostToken(secret: string, hostId: string): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(hostId)
    .setAudience(hostTokenAudience)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime(`${tokenLifetimeSeconds}s`)
    .sign(new TextEncoder().encode(secret));
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Makes the file whole and durable under another name first and links it into place, so that
 * of two processes that start together one wins and both read the same secret.
 */
async function create(dataDir: string, path: string): Promise<string> {
  await mkdir(dataDir, { recursive: true, mode: dataDirMode });
  const temporaryPath = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporaryPath, 'wx', 0o600);
    try {
      await file.writeFile(`${randomBytes(32).toString('base64url')}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(temporaryPath, path).catch((error: unknown) => {
      if (systemErrorCode(error) !== 'EEXIST') throw error;
    });
  } finally {
    await unlink(temporaryPath).catch((error: unknown) => {
      if (systemErrorCode(error) !== 'ENOENT') throw error;
    });
  }
  return (await readFile(path, 'utf8')).trim();
}
