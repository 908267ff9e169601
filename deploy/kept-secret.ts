import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';

import { ServiceError, systemErrorCode } from './service-error.js';

/** Mode of the data folder: others may pass through it to a desktop's home, but not list it. */
export const dataDirMode = 0o711;

const secretPattern = /^[\x21-\x7e]{32,256}$/;

/**
 * A secret that processes of one data folder share: the content of a file there, which the
 * first process that needs it makes, readable by its owner only.
 * @param remedy what to do when the file holds no secret, as a sentence
 * @throws ServiceError that names the file when it holds no secret, or cannot be read or made
 */
export async function loadKeptSecret(
  dataDir: string,
  fileName: string,
  remedy: string,
): Promise<string> {
  const path = join(dataDir, fileName);
  const secret = await readOrCreate(dataDir, path);
  if (secretPattern.test(secret)) return secret;
  throw new ServiceError(`The file ${path} holds no secret. ${remedy} It was left as it is.`);
}

async function readOrCreate(dataDir: string, path: string): Promise<string> {
  try {
    return (await readIfThere(path)) ?? (await create(dataDir, path));
  } catch (error) {
    throw new ServiceError(
      `The file ${path} cannot be read or made (${systemErrorCode(error) ?? String(error)}). ` +
        'Let the user who runs Share Space read it, and write to its folder.',
      { cause: error },
    );
  }
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
