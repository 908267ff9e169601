import { execFile } from 'node:child_process';

import type { ProcessIdentity } from '../supervision/process-spec.js';

import { baseEnvironment } from './room-environment.js';

/**
 * Kills every process of a room's user at once, those that left the room's process group too: where no
 * sandbox holds them together, their user is all that they have in common. For root.
 * @param identity a user that nobody but the room has
 */
export function endProcessesOf({ uid, gid }: ProcessIdentity): Promise<void> {
  const user = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  // kill(2): -1 is everything that the caller may signal, itself excepted.
  const args = [...user, '--', '/bin/sh', '-c', 'kill -s KILL -- -1'];
  return new Promise((resolve) => {
    // It fails when there is none, which is what is wanted.
    execFile('setpriv', args, { env: baseEnvironment }, () => resolve());
  });
}
