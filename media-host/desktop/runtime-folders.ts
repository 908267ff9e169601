import { chmod, chown, lstat, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { ProcessIdentity } from '../supervision/process-spec.js';

import { DesktopProblem } from './desktop-problem.js';

const prefix = 'share-space-';
/** Socket addresses hold 108 bytes (unix(7)), the last of them NUL. */
const longestSocketPath = 107;

/**
 * Makes the folder below which this process keeps sockets, secrets and temporary files of its
 * rooms. Everyone may pass through it, nobody may list it.
 */
export async function makeRuntimeBase(): Promise<string> {
  const base = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
  await chmod(base, 0o711);
  return base;
}

/**
 * Removes what media hosts that are gone left behind.
 * @returns the folders that were removed
 */
export async function removeStaleRuntimeBases(): Promise<string[]> {
  const removed: string[] = [];
  for (const name of await readdir(tmpdir())) {
    const pid = /^share-space-(\d+)-[A-Za-z0-9]{6}$/.exec(name)?.[1];
    if (pid === undefined || (await isOursOrAlive(Number(pid)))) continue;
    const path = join(tmpdir(), name);
    const status = await lstat(path).catch(() => null);
    // Somebody else's folder of that name is none of our business, and a link could lead anywhere.
    if (!status?.isDirectory() || status.uid !== process.getuid?.()) continue;
    await rm(path, { recursive: true, force: true });
    removed.push(path);
  }
  return removed;
}

async function isOursOrAlive(pid: number): Promise<boolean> {
  if (pid === process.pid) return true;
  return lstat(`/proc/${pid}`).then(
    () => true,
    () => false,
  );
}

/** Who owns the parts of a room's runtime folder; null when all are one user. */
export interface RuntimeOwners {
  readonly room: ProcessIdentity;
  readonly service: ProcessIdentity;
}

/** A room's sockets, secrets and temporary files, as paths of the machine. */
export interface RuntimeFolder {
  readonly path: string;
  /** For root: where the home folder is mounted so that the room's user can reach it. */
  readonly homeMount: string;
  readonly programMount: string;
  /** Sockets: the room's programs make them, the room's user and the service connect. */
  readonly socketFolder: string;
  readonly rfbSocket: string;
  readonly pulseSocket: string;
  /** Cookies for the room's own programs, which may read and not write them. */
  readonly secretFolder: string;
  readonly xauthority: string;
  readonly pulseCookie: string;
  /** Copies for the service. */
  readonly serviceXauthority: string;
  readonly servicePulseCookie: string;
  /** The room's /tmp and XDG_RUNTIME_DIR. */
  readonly temporary: string;
  readonly userRuntime: string;
  readonly passwd: string;
  readonly group: string;
}

export function runtimeFolderOf(base: string, roomId: string): RuntimeFolder {
  const path = join(base, roomId);
  const at = (...names: string[]): string => join(path, ...names);
  return {
    path,
    homeMount: at('home'),
    programMount: at('program'),
    socketFolder: at('sockets'),
    rfbSocket: at('sockets', 'rfb'),
    pulseSocket: at('sockets', 'pulse'),
    secretFolder: at('secrets'),
    xauthority: at('secrets', 'Xauthority'),
    pulseCookie: at('secrets', 'pulse-cookie'),
    serviceXauthority: at('service', 'Xauthority'),
    servicePulseCookie: at('service', 'pulse-cookie'),
    temporary: at('tmp'),
    userRuntime: at('run'),
    passwd: at('passwd'),
    group: at('group'),
  };
}

/** What the room's programs and the service prove themselves with. */
export interface Secrets {
  readonly xauthority: Buffer;
  readonly pulseCookie: Buffer;
}

/** The room's user, under the name `member`. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

/**
 * Makes a room's runtime folder afresh, without anything of an earlier desktop.
 * @param owners null when everything belongs to the user of this process
 * @throws DesktopProblem when the folder for temporary files has too long a name for sockets
 */
export async function makeRuntimeFolder(
  folder: RuntimeFolder,
  owners: RuntimeOwners | null,
  secrets: Secrets,
  account: Account,
): Promise<void> {
  if (Buffer.byteLength(folder.pulseSocket) > longestSocketPath) {
    throw new DesktopProblem(
      `The folder for temporary files, ${tmpdir()}, has too long a name; set TMPDIR to a shorter one.`,
    );
  }
  await rm(folder.path, { recursive: true, force: true });
  await mkdir(folder.path, { mode: 0o711 });
  const room = owners?.room ?? null;
  const service = owners?.service ?? null;

  await makeFolder(folder.homeMount, 0o700, null);
  await makeFolder(folder.programMount, 0o700, null);
  await makeFolder(folder.temporary, 0o700, room);
  await makeFolder(folder.userRuntime, 0o700, room);
  // The socket servers open their sockets to all: this folder decides who gets to them.
  const socketOwner = room && service ? { uid: room.uid, gid: service.gid } : null;
  await makeFolder(folder.socketFolder, 0o750, socketOwner);

  const readers = room ? { uid: 0, gid: room.gid } : null;
  await makeFolder(folder.secretFolder, 0o750, readers);
  // Not even their owner may write: PulseAudio would try, and not take "read-only file system" for an answer.
  await makeFile(folder.xauthority, secrets.xauthority, 0o440, readers);
  await makeFile(folder.pulseCookie, secrets.pulseCookie, 0o440, readers);

  await makeFolder(join(folder.path, 'service'), 0o700, service);
  await makeFile(folder.serviceXauthority, secrets.xauthority, 0o600, service);
  await makeFile(folder.servicePulseCookie, secrets.pulseCookie, 0o600, service);

  await makeFile(folder.passwd, passwdFile(account), 0o644, null);
  await makeFile(folder.group, groupFile(account), 0o644, null);
}

const passwdFile = ({ uid, gid, home }: Account): Buffer =>
  Buffer.from(
    [
      'root:x:0:0:root:/root:/usr/sbin/nologin',
      `member:x:${uid}:${gid}:Member:${home}:/bin/bash`,
      'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin',
      '',
    ].join('\n'),
  );

const groupFile = ({ gid }: Account): Buffer =>
  Buffer.from(['root:x:0:', `member:x:${gid}:`, 'nogroup:x:65534:', ''].join('\n'));

async function makeFolder(
  path: string,
  mode: number,
  owner: ProcessIdentity | null,
): Promise<void> {
  await mkdir(path);
  if (owner) await chown(path, owner.uid, owner.gid);
  await chmod(path, mode);
}

async function makeFile(
  path: string,
  content: Buffer,
  mode: number,
  owner: ProcessIdentity | null,
): Promise<void> {
  await writeFile(path, content, { mode: 0o600, flag: 'wx' });
  if (owner) await chown(path, owner.uid, owner.gid);
  await chmod(path, mode);
}
