import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readFile, stat, unlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';

import { systemErrorCode } from '../../deploy/service-error.js';

import { DesktopProblem } from './desktop-problem.js';

/*
 * An X server's number is claimed as X servers do: by a lock file with a process id in it.
 * The claim is made here and not by the server, whose view of /tmp is its own.
 */

const lockFolder = '/tmp';
/** Where X servers listen. */
export const socketFolder = '/tmp/.X11-unix';
/** Below are the displays of people at the machine and of servers that search from 0 upwards. */
const firstNumber = 100;
const lastNumber = 999;

export interface DisplayNumber {
  readonly number: number;
  readonly socketPath: string;
  /** Gives the number back. The server must be gone. */
  release(): Promise<void>;
}

/** @throws DesktopProblem when every number is taken */
export async function claimDisplayNumber(): Promise<DisplayNumber> {
  await ensureSocketFolder();
  for (let number = firstNumber; number <= lastNumber; number += 1) {
    const lockPath = join(lockFolder, `.X${number}-lock`);
    if (!(await tryLock(lockPath))) continue;
    const socketPath = join(socketFolder, `X${number}`);
    if (await clearSocket(socketPath)) {
      const release = async (): Promise<void> => {
        await remove(socketPath);
        await remove(lockPath);
      };
      return { number, socketPath, release };
    }
    await remove(lockPath);
  }
  throw new DesktopProblem('The media host has no free X display.');
}

async function ensureSocketFolder(): Promise<void> {
  const made = await mkdir(socketFolder, { recursive: true });
  // Everybody's, like /tmp itself, whatever the umask.
  if (made !== undefined) await chmod(socketFolder, 0o1777);
}

/** Makes the lock file, whole from the first moment; takes over that of a process that is gone. */
async function tryLock(lockPath: string): Promise<boolean> {
  const draft = `${lockPath}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, `${String(process.pid).padStart(10)}\n`, { mode: 0o444, flag: 'wx' });
  try {
    if (await tryLink(draft, lockPath)) return true;
    if (!(await isStale(lockPath))) return false;
    await remove(lockPath);
    return await tryLink(draft, lockPath);
  } catch (error) {
    if (isForbidden(error)) return false;
    throw error;
  } finally {
    await remove(draft);
  }
}

async function tryLink(existing: string, path: string): Promise<boolean> {
  try {
    await link(existing, path);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

async function isStale(lockPath: string): Promise<boolean> {
  const pid = Number.parseInt(await readFile(lockPath, 'latin1'), 10);
  return Number.isInteger(pid) && pid > 0 && !(await exists(`/proc/${pid}`));
}

/** Removes the socket of a server that is gone; false when one listens on it or it cannot be removed. */
async function clearSocket(path: string): Promise<boolean> {
  if (!(await exists(path))) return true;
  if (await answers(path)) return false;
  try {
    await remove(path);
    return true;
  } catch (error) {
    if (isForbidden(error)) return false;
    throw error;
  }
}

/** Unlike `rm`, which takes a file in a sticky folder that is not ours for a folder. */
async function remove(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
  }
}

/** Somebody else's file, in a folder where only its owner may remove it. */
const isForbidden = (error: unknown): boolean =>
  systemErrorCode(error) === 'EACCES' || systemErrorCode(error) === 'EPERM';

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Whether something listens on a Unix socket. */
export function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
