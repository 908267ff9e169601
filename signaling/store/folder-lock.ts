import { randomBytes } from 'node:crypto';
import { link, rename, unlink } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import type { Server } from 'node:net';
import { dirname, join } from 'node:path';

import { ServiceError, systemErrorCode } from '../../deploy/service-error.js';

/** `sockaddr_un` holds 108 bytes with the final NUL (unix(7)). */
const maxSocketPathBytes = 107;

/**
 * Holds a data folder for one process: a listening Unix socket in the folder. The system closes
 * it with the process however it ends, so that a socket nobody listens on is stale.
 */
export class FolderLock {
  private constructor(private readonly server: Server) {}

  /**
   * @throws ServiceError when another process holds the folder, or its path is too long
   */
  static async acquire(folder: string): Promise<FolderLock> {
    const path = join(folder, 'lock.sock');
    if (Buffer.byteLength(asidePathOf(path)) > maxSocketPathBytes) {
      throw new ServiceError(
        `The path of the data folder ${folder} is too long; set SHARE_SPACE_DATA_DIR to a shorter one.`,
      );
    }
    const server =
      (await listen(path)) ?? ((await takeOverStale(path)) ? await listen(path) : null);
    if (server === null) {
      throw new ServiceError(
        `Another Share Space already uses this data folder: ${folder}. Stop it, or set SHARE_SPACE_DATA_DIR to another folder.`,
      );
    }
    return new FolderLock(server);
  }

  /** Frees the folder; idempotent. */
  async release(): Promise<void> {
    if (!this.server.listening) return;
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}

function asidePathOf(path: string): string {
  return join(dirname(path), `lock-${randomBytes(4).toString('hex')}.sock`);
}

/** @returns null when the path exists already */
async function listen(path: string): Promise<Server | null> {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      if (systemErrorCode(error) === 'EADDRINUSE') resolve(null);
      else reject(error);
    });
    server.listen(path, () => resolve(server));
  });
}

/**
 * Removes a socket nobody listens on. It is moved aside and probed again there: between the
 * first probe and the removal, another starting process may have put its own in place.
 * @returns false when somebody listens
 */
async function takeOverStale(path: string): Promise<boolean> {
  if (await isListening(path)) return false;
  const asidePath = asidePathOf(path);
  try {
    await rename(path, asidePath);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return true;
    throw error;
  }
  const isAlive = await isListening(asidePath);
  if (isAlive) await link(asidePath, path);
  await unlink(asidePath);
  return !isAlive;
}

function isListening(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error) => {
      const code = systemErrorCode(error);
      if (code === 'ECONNREFUSED' || code === 'ENOENT') resolve(false);
      else if (code === 'EAGAIN') resolve(true);
      else reject(error);
    });
  });
}
