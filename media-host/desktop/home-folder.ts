import { chmod, lchown, lstat, mkdir, readdir, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { ProcessIdentity } from '../supervision/process-spec.js';

import { DesktopProblem } from './desktop-problem.js';

/** With less room than this, programs on a desktop break in ways that nobody understands. */
const neededBytes = 32 * 1024 * 1024;

/**
 * Makes sure that a room's home folder is there, belongs to the room's user, and can be written.
 * @param identity the room's user, or null when it is the user of this process
 * @throws DesktopProblem, or the system's error, when that cannot be
 */
export async function prepareHome(home: string, identity: ProcessIdentity | null): Promise<void> {
  // Without names in a room's users, nobody but they and root has business in there.
  await mkdir(dirname(home), { recursive: true, mode: 0o711 });
  await mkdir(home, { recursive: true, mode: 0o700 });
  const status = await lstat(home);
  if (!status.isDirectory()) throw new DesktopProblem(`${home} is not a folder.`);
  if (identity && status.uid !== identity.uid) await changeOwner(home, identity);
  await chmod(home, 0o700);
  const disk = await statfs(home);
  if (disk.bavail * disk.bsize < neededBytes) {
    throw new DesktopProblem('The disk that holds the desktop is full.');
  }
}

/** Gives a folder and all that is in it to another user; never follows a link. */
async function changeOwner(path: string, identity: ProcessIdentity): Promise<void> {
  await lchown(path, identity.uid, identity.gid);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) await changeOwner(inner, identity);
    else await lchown(inner, identity.uid, identity.gid);
  }
}

/**
 * Whether a user who is neither owner nor in the group of anything on the way can reach a
 * folder: every folder above it lets others through.
 */
export async function isReachableByOthers(folder: string): Promise<boolean> {
  for (let path = dirname(folder); ; path = dirname(path)) {
    const { mode } = await lstat(path);
    if ((mode & 0o001) === 0) return false;
    if (path === dirname(path)) return true;
  }
}
