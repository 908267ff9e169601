import type { ProcessIdentity } from '../supervision/process-spec.js';

/** A folder, file or socket of the machine that a sandbox shows. */
export interface Bind {
  readonly source: string;
  readonly target: string;
  readonly writable: boolean;
}

/** What the programs in a sandbox see beside the machine's read-only file system. */
export interface SandboxPlan {
  /** The room's user; null when it is the user of this process. */
  readonly identity: ProcessIdentity | null;
  readonly hostname: string;
  /** The room's home folder, and an empty folder to mount it on while still root. */
  readonly home: { readonly source: string; readonly mount: string };
  /** Folders whose content must not be seen: other rooms' files and the service's secrets. */
  readonly hidden: readonly string[];
  /** A folder to show, read-only, wherever it lies, and where to mount it while still root. */
  readonly program: { readonly source: string; readonly mount: string } | null;
  /** A folder that stands for /tmp; null shares the machine's. */
  readonly temporary: string | null;
  /** Where the runtime folders of all rooms lie; hidden as well, but a source of binds. */
  readonly runtimeBase: string;
  readonly binds: readonly Bind[];
}

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
}

/** Where the room's files are as its programs see them. */
export const sandboxHome = '/home/member';
/** The room's user inside, whatever the outside calls it. */
export const innerId = 1000;
export const sandboxUserRuntime = `/run/user/${innerId}`;

/** Folders that a sandbox shows empty, but for what is mounted into them. */
const emptied = ['/run', '/var/tmp', '/home', '/root'];
/** More than a busy desktop has; a fork bomb ends here and not at the machine's limit. */
const mostProcesses = 2048;
const processLimit = ['prlimit', `--nproc=${mostProcesses}`, '--'];
/** When memory runs out, the kernel ends a room's programs before the service's. */
const outOfMemoryScore = 500;

/*
 * Root may pass every folder, the room's user may not: a home folder below /root, say. So what
 * the sandbox needs from there is mounted elsewhere first, in a mount namespace that ends with
 * the sandbox, and what must not be seen is covered. Operations: `bind SOURCE TARGET`,
 * `hide FOLDER`, then `run COMMAND...`.
 */
const stagingScript = `
set -e
echo ${outOfMemoryScore} > /proc/self/oom_score_adj
while [ "$1" != run ]; do
  case $1 in
    bind) mount --rbind "$2" "$3"; shift 3 ;;
    hide) mount -t tmpfs -o ro,mode=0555,size=4k share-space "$2"; shift 2 ;;
  esac
done
shift
exec "$@"
`;

/** A terminal's Ctrl+C is for the media host alone, which then ends its children in order. */
const inOwnSession = (...commandLine: readonly string[]): Command => ({
  command: 'setsid',
  args: commandLine,
});

/** The command line that runs a program in a sandbox of bubblewrap. Ending it ends all inside. */
export function sandboxed(plan: SandboxPlan, program: string, args: readonly string[]): Command {
  const { identity, home, program: shown } = plan;
  const sandbox = ['bwrap', ...bubblewrap(plan, program, args)];
  if (!identity) return inOwnSession(...sandbox);
  return inOwnSession(
    ...['unshare', '--mount', '--propagation', 'private', '--'],
    ...['/bin/sh', '-c', stagingScript, 'sandbox'],
    ...['bind', home.source, home.mount],
    ...outermost(plan.hidden).flatMap((folder) => ['hide', folder]),
    // After the covers, so that it does not bring back what they hide.
    ...(shown ? ['bind', shown.source, shown.mount] : []),
    ...['run', ...processLimit, 'setpriv', `--reuid=${identity.uid}`, `--regid=${identity.gid}`],
    ...['--clear-groups', '--inh-caps=-all', '--no-new-privs', '--'],
    ...sandbox,
  );
}

/**
 * The command line that runs a program without a sandbox, in a process group of its own. It ends
 * with this process at the latest; the caller gives the process its identity.
 * @param ownsUser whether the room has a user of its own, whose processes can be limited
 */
export function unconfined(ownsUser: boolean, program: string, args: readonly string[]): Command {
  return inOwnSession(
    ...(ownsUser ? processLimit : []),
    ...['setpriv', '--pdeathsig', 'SIGKILL', '--no-new-privs', '--', program, ...args],
  );
}

function bubblewrap(plan: SandboxPlan, program: string, args: readonly string[]): string[] {
  const isStaged = plan.identity !== null;
  const from = (folder: { source: string; mount: string }): string =>
    isStaged ? folder.mount : folder.source;
  const { program: shown } = plan;
  return [
    ...['--unshare-user', '--uid', String(innerId), '--gid', String(innerId)],
    // The IPC namespace is shared: MIT-SHM hands segments across sandboxes.
    ...['--unshare-pid', '--unshare-cgroup-try', '--unshare-uts', '--hostname', plan.hostname],
    ...['--die-with-parent', '--new-session'],
    ...['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc'],
    ...emptied.flatMap((folder) => ['--tmpfs', folder]),
    ...['--bind', plan.temporary ?? '/tmp', '/tmp'],
    ...(shown ? ['--ro-bind', from(shown), shown.source] : []),
    ...visibleFolders(plan, isStaged ? [] : plan.hidden).flatMap((folder) => ['--tmpfs', folder]),
    ...['--bind', from(plan.home), sandboxHome],
    ...plan.binds.flatMap(({ source, target, writable }) => [
      writable ? '--bind' : '--ro-bind',
      source,
      target,
    ]),
    ...['--chdir', sandboxHome, '--', program, ...args],
  ];
}

/** Of the folders to hide, those that can still be seen once others are emptied and some are shown again. */
function visibleFolders(plan: SandboxPlan, hidden: readonly string[]): string[] {
  const gone = plan.temporary === null ? emptied : [...emptied, '/tmp'];
  return outermost([...hidden, plan.runtimeBase]).filter(
    (folder) =>
      (plan.program !== null && isWithin(folder, plan.program.source)) ||
      !gone.some((other) => isWithin(folder, other)),
  );
}

const outermost = (folders: readonly string[]): string[] =>
  folders.filter((folder) => !folders.some((other) => other !== folder && isWithin(folder, other)));

const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(`${folder.replace(/\/$/, '')}/`);
