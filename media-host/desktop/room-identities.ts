import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

import type { ProcessIdentity } from '../supervision/process-spec.js';

import { DesktopProblem } from './desktop-problem.js';

/*
 * A media host that runs as root gives every room a user of its own. The ids have no entry
 * in /etc/passwd; they lie in a range that Debian assigns to nobody.
 */

const firstUid = 61_000;
const lastUid = 65_519;
const serviceUid = 60_999;

const identityOf = (id: number): ProcessIdentity => ({ uid: id, gid: id });

/** Whether this process may give its children other users. */
export const isRoot = (): boolean => process.getuid?.() === 0;

/** The user of the media host's own children, which belong to no room; null when not root. */
export const serviceIdentity = (): ProcessIdentity | null =>
  isRoot() ? identityOf(serviceUid) : null;

/** Where a room's files are kept. */
export const homeFolder = (dataDir: string, roomId: string): string =>
  join(dataDir, 'rooms', roomId, 'home');

/**
 * Gives rooms their users: the one who owns the room's home folder, else the next free one. Where the
 * search begins follows from the data folder: the rooms of two instances on one machine, which know
 * nothing of each other, so have different users.
 */
export class RoomIdentities {
  /** A user as rooms have them, for trying things out. */
  static readonly example = identityOf(lastUid);

  readonly #dataDir: string;
  readonly #given = new Map<string, number>();

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  /** @throws DesktopProblem when all ids are taken */
  identityFor(roomId: string): ProcessIdentity {
    const given = this.#given.get(roomId);
    if (given !== undefined) return identityOf(given);
    const taken = this.#takenByOthers(roomId);
    const owner = this.#ownerOf(roomId);
    const isOurs = owner !== null && owner >= firstUid && owner < lastUid && !taken.has(owner);
    const uid = isOurs ? owner : nextFree(taken, startFor(this.#dataDir));
    this.#given.set(roomId, uid);
    return identityOf(uid);
  }

  #takenByOthers(roomId: string): Set<number> {
    const taken = new Set(this.#given.values());
    for (const other of this.#rooms()) {
      const owner = other === roomId ? null : this.#ownerOf(other);
      if (owner !== null) taken.add(owner);
    }
    return taken;
  }

  #rooms(): string[] {
    try {
      return readdirSync(join(this.#dataDir, 'rooms'));
    } catch {
      // No room has a home yet.
      return [];
    }
  }

  #ownerOf(roomId: string): number | null {
    return lstatSync(homeFolder(this.#dataDir, roomId), { throwIfNoEntry: false })?.uid ?? null;
  }
}

function startFor(dataDir: string): number {
  const digest = createHash('sha256').update(realpathSync(dataDir)).digest();
  return digest.readUInt32BE() % (lastUid - firstUid);
}

function nextFree(taken: ReadonlySet<number>, start: number): number {
  const count = lastUid - firstUid;
  for (let step = 0; step < count; step += 1) {
    const uid = firstUid + ((start + step) % count);
    if (!taken.has(uid)) return uid;
  }
  throw new DesktopProblem('The media host has more rooms than it has users for.');
}
