import { execFile } from 'node:child_process';
import { chown, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { ProcessIdentity } from '../supervision/process-spec.js';

import { baseEnvironment } from './room-environment.js';
import { sandboxed } from './sandbox.js';

const timeoutMs = 10_000;

/**
 * Finds out whether sandboxes work on this machine, by running a program in one as a room's
 * user would: kernels and containers refuse them for many reasons.
 * @returns null when they work, else why not
 */
export async function probeSandbox(
  runtimeBase: string,
  dataDir: string,
  identity: ProcessIdentity | null,
): Promise<string | null> {
  const folder = join(runtimeBase, 'probe');
  const [source, mount] = [join(folder, 'source'), join(folder, 'mount')];
  await mkdir(source, { recursive: true });
  await mkdir(mount);
  if (identity) await chown(source, identity.uid, identity.gid);
  const plan = {
    identity,
    hostname: 'probe',
    home: { source, mount },
    hidden: [dataDir],
    program: null,
    temporary: source,
    runtimeBase,
    binds: [],
  };
  const { command, args } = sandboxed(plan, 'true', []);
  try {
    return await new Promise<string | null>((resolve) => {
      execFile(command, args, { env: baseEnvironment, timeout: timeoutMs }, (error, _, stderr) => {
        resolve(error ? stderr.trim() || error.message : null);
      });
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
