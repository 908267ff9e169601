import type { ChildProcess, SpawnOptions } from 'node:child_process';

/** Numeric ids to run as; only root may choose them. */
export interface ProcessIdentity {
  readonly uid: number;
  readonly gid: number;
}

/** One child, as the operating system starts it. Nothing is inherited but what is named here. */
export interface ProcessSpec {
  /** What logs and messages call it. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The child's whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly identity?: ProcessIdentity;
  /** The child's channels beside stdout and stderr, which are read unless inherited. */
  readonly channels?: {
    /** stdin is a pipe whose end asks the child to stop; otherwise it is empty. */
    readonly stopPipe?: boolean;
    /** Descriptor 3 is a pipe to read. */
    readonly reportPipe?: boolean;
    /** A message channel of `child_process`, for children that run Node. */
    readonly messages?: boolean;
    /** stdout and stderr are this process's own, instead of being read and kept for the report. */
    readonly inheritOutput?: boolean;
  };
}

export type Spawn = (
  command: string,
  args: readonly string[],
  options: SpawnOptions,
) => ChildProcess;

/** A child that runs a script of this program, with a message channel. */
export function nodeScript(
  spec: Pick<ProcessSpec, 'name' | 'env' | 'args' | 'identity'> & {
    readonly script: string;
    readonly inheritOutput?: boolean;
  },
): ProcessSpec {
  const { script, args, inheritOutput = false, ...rest } = spec;
  return {
    ...rest,
    command: process.execPath,
    args: ['--enable-source-maps', script, ...args],
    channels: { messages: true, inheritOutput },
  };
}

/** What `child_process.spawn` needs to know of a spec. */
export function spawnOptions(spec: ProcessSpec): SpawnOptions {
  const {
    stopPipe = false,
    reportPipe = false,
    messages = false,
    inheritOutput = false,
  } = spec.channels ?? {};
  const output = inheritOutput ? 'inherit' : 'pipe';
  return {
    env: { ...spec.env },
    ...(spec.cwd === undefined ? {} : { cwd: spec.cwd }),
    ...spec.identity,
    stdio: [
      stopPipe ? 'pipe' : 'ignore',
      output,
      output,
      ...(reportPipe ? ['pipe' as const] : []),
      ...(messages ? ['ipc' as const] : []),
    ],
    // Keeps typed arrays and dates as they are.
    serialization: 'advanced',
    detached: false,
    windowsHide: true,
  };
}
