import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { ProcessIdentity, ProcessSpec } from '../supervision/process-spec.js';

import { baseEnvironment } from './room-environment.js';
import type { Account, RuntimeFolder } from './runtime-folders.js';
import { innerId, sandboxed, sandboxHome, sandboxUserRuntime, unconfined } from './sandbox.js';
import type { Bind, SandboxPlan } from './sandbox.js';

/** Where inside a sandbox this program's own files are. */
const sandboxMount = '/run/share-space';
export const sandboxAssets = `${sandboxMount}/assets`;

/** Where a room's programs run: as whom, with which files, behind which walls. */
export interface RoomPlace {
  readonly roomId: string;
  /** The room's user; null when it is the user of this process. */
  readonly identity: ProcessIdentity | null;
  readonly isSandboxed: boolean;
  readonly folder: RuntimeFolder;
  readonly home: string;
  readonly assets: string;
  readonly runtimeBase: string;
  /** Folders that a room must not see. */
  readonly hidden: readonly string[];
  /** This program's folder when the operator's own command may lie in it; then /tmp is shared as well. */
  readonly shownProgram: string | null;
}

/** The same files as the room's programs see them. */
export interface RoomView {
  readonly home: string;
  readonly userRuntime: string;
  readonly assets: string;
  readonly xauthority: string;
  readonly pulseCookie: string;
  readonly rfbSocket: string;
  readonly pulseSocket: string;
}

export function viewOf(place: RoomPlace): RoomView {
  const { folder, home, assets } = place;
  const { xauthority, pulseCookie, rfbSocket, pulseSocket, userRuntime } = folder;
  const inside = (path: string): string => join(sandboxMount, path.slice(folder.path.length));
  return place.isSandboxed
    ? {
        home: sandboxHome,
        userRuntime: sandboxUserRuntime,
        assets: sandboxAssets,
        xauthority: inside(xauthority),
        pulseCookie: inside(pulseCookie),
        rfbSocket: inside(rfbSocket),
        pulseSocket: inside(pulseSocket),
      }
    : { home, userRuntime, assets, xauthority, pulseCookie, rfbSocket, pulseSocket };
}

export interface RoomProgram {
  /** What logs and messages call it. */
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What it sees beside what every program of a room sees. */
  readonly binds: readonly Bind[];
  readonly channels?: NonNullable<ProcessSpec['channels']>;
}

/** How the operating system starts one of a room's programs. */
export function processSpecOf(place: RoomPlace, program: RoomProgram): ProcessSpec {
  const { name, args, env, channels } = program;
  const { command, args: commandLine } = place.isSandboxed
    ? sandboxed(planOf(place, program.binds), program.program, args)
    : unconfined(place.identity !== null, program.program, args);
  const view = viewOf(place);
  return {
    name,
    command,
    args: commandLine,
    env: {
      ...baseEnvironment,
      HOME: view.home,
      USER: 'member',
      LOGNAME: 'member',
      SHELL: '/bin/bash',
      XDG_RUNTIME_DIR: view.userRuntime,
      ...(place.isSandboxed ? {} : accountEnvironment(place.folder)),
      ...env,
    },
    ...(channels ? { channels } : {}),
    ...(place.isSandboxed ? {} : { cwd: place.home }),
    // In a sandbox, root's part comes first: it changes the user itself.
    ...(place.identity && !place.isSandboxed ? { identity: place.identity } : {}),
  };
}

/**
 * What shows a room the file that configures name resolution: its folder, because programs replace
 * the file, but never all of /run.
 */
export function resolverBindOf(file: string): Bind[] {
  const folder = dirname(file);
  const source = folder === '/run' ? file : folder;
  return source.startsWith('/run/') ? [{ source, target: source, writable: false }] : [];
}

/** Who the room's user is, as getpwuid(3) and the like shall say. */
export function accountOf(place: RoomPlace): Account {
  if (place.isSandboxed) return { uid: innerId, gid: innerId, home: sandboxHome };
  const { uid, gid } = place.identity ?? { uid: process.getuid?.(), gid: process.getgid?.() };
  return { uid: uid ?? innerId, gid: gid ?? innerId, home: place.home };
}

/** Without a sandbox, /etc/passwd is the machine's: nss_wrapper puts ours in its place. */
const accountEnvironment = (folder: RuntimeFolder): Record<string, string> => ({
  LD_PRELOAD: 'libnss_wrapper.so',
  NSS_WRAPPER_PASSWD: folder.passwd,
  NSS_WRAPPER_GROUP: folder.group,
});

function planOf(place: RoomPlace, binds: readonly Bind[]): SandboxPlan {
  const { folder, shownProgram } = place;
  return {
    identity: place.identity,
    hostname: place.roomId,
    home: { source: place.home, mount: folder.homeMount },
    hidden: place.hidden,
    program: shownProgram === null ? null : { source: shownProgram, mount: folder.programMount },
    temporary: shownProgram === null ? folder.temporary : null,
    runtimeBase: place.runtimeBase,
    binds: [...commonBinds(place), ...binds],
  };
}

function commonBinds({ folder, assets }: RoomPlace): Bind[] {
  const view = (name: string): string => `${sandboxMount}/${name}`;
  return [
    ...resolverBind(),
    { source: folder.passwd, target: '/etc/passwd', writable: false },
    { source: folder.group, target: '/etc/group', writable: false },
    { source: folder.userRuntime, target: sandboxUserRuntime, writable: true },
    { source: folder.socketFolder, target: view('sockets'), writable: true },
    { source: folder.secretFolder, target: view('secrets'), writable: false },
    { source: assets, target: sandboxAssets, writable: false },
  ];
}

/** Name resolution is often configured by a link into /run, which a sandbox shows empty. */
function resolverBind(): Bind[] {
  try {
    return resolverBindOf(realpathSync('/etc/resolv.conf'));
  } catch {
    // The machine resolves no names, and so does the room.
    return [];
  }
}
