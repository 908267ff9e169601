import { basename } from 'node:path';

import { debianPackageOf } from './debian-packages.js';

/**
 * Why a supervised child is gone, or never was. `missing-program` and `not-started` will not
 * mend themselves; the others may be gone with the next attempt.
 */
export type ProcessFailureReason =
  'missing-program' | 'not-started' | 'exited' | 'not-ready' | 'hung';

/** A child's end that nobody asked for; the message names the child and suits a log and an operator. */
export class ProcessFailure extends Error {
  override readonly name = 'ProcessFailure';

  constructor(
    readonly reason: ProcessFailureReason,
    message: string,
    /** What the child wrote last, oldest first. */
    readonly tail: readonly string[] = [],
    /** What it exited with, when it exited by itself. */
    readonly exitCode: number | null = null,
  ) {
    super(message);
  }
}

/** Says that a program is not installed, and which Debian package brings it. */
export function missingProgram(program: string): ProcessFailure {
  const packageName = debianPackageOf(program);
  const remedy = packageName
    ? `Install the Debian package "${packageName}" (apt-get install ${packageName}).`
    : 'Install it, or check the path.';
  return new ProcessFailure(
    'missing-program',
    `The program "${basename(program)}" is not installed. ${remedy}`,
  );
}

/** Says how a child ended by itself. */
export function describeExit(
  name: string,
  code: number | null,
  signal: NodeJS.Signals | null,
  tail: readonly string[],
): ProcessFailure {
  const how =
    signal === null ? `exited with status ${code ?? 'unknown'}` : `was ended by ${signal}`;
  return new ProcessFailure('exited', `The process "${name}" ${how}.`, tail, code);
}
