import { createHash } from 'node:crypto';
import { realpath, unlink } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import type { Server } from 'node:net';
import { join } from 'node:path';

import { ServiceError, systemErrorCode } from '../../deploy/service-error.js';

/** `sockaddr_un` holds 108 bytes with the final NUL (unix(7)). */
const maxSocketPathBytes = 107;

/**
 * Holds a data folder for one process: a listening Unix socket in the folder. The system stops
 * listening with the process however it ends, so that a socket nobody listens on is stale.
 */
export class FolderLock {
  private constructor(private readonly server: Server) {}

  /**
   * @throws ServiceError when another process holds the folder, or its path is too long
   */
  static async acquire(folder: string): Promise<FolderLock> {
    const path = join(folder, 'lock.sock');
    if (Buffer.byteLength(path) > maxSocketPathBytes) {
      throw new ServiceError(
        `The path of the data folder ${folder} is too long; set SHARE_SPACE_DATA_DIR to a shorter one.`,
      );
    }
    const server = (await listen(path)) ?? (await takeOverStale(folder, path));
    if (server) return new FolderLock(server);
    throw new ServiceError(
      `Another Share Space already uses this data folder: ${folder}. Stop it, or set SHARE_SPACE_DATA_DIR to another folder.`,
    );
  }

  /** Frees the folder; idempotent. */
  async release(): Promise<void> {
    if (this.server.listening) await close(this.server);
  }
}

/**
 * Replaces a socket nobody listens on. Of several processes that start together, one at a time
 * gets to look: an abstract socket (unix(7)), which leaves nothing behind, keeps the others out.
 * @returns null when somebody else has the folder, or is about to have it
 */
async function takeOverStale(folder: string, path: string): Promise<Server | null> {
  const digest = createHash('sha256')
    .update(await realpath(folder))
    .digest('hex');
  const turn = await listen(`\0share-space-${digest}`);
  if (!turn) return null;
  try {
    if (await isListening(path)) return null;
    await unlink(path).catch((error: unknown) => {
      if (systemErrorCode(error) !== 'ENOENT') throw error;
    });
    return await listen(path);
  } finally {
    await close(turn);
  }
}

/** @returns null when the address is taken */
function listen(path: string): Promise<Server | null> {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      if (systemErrorCode(error) === 'EADDRINUSE') resolve(null);
      else reject(error);
    });
    server.listen(path, () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
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
      // A full backlog: somebody listens, but is busy.
      else if (code === 'EAGAIN') resolve(true);
      else reject(error);
    });
  });
}
