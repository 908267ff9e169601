import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

import { missingProgram } from '../supervision/process-failure.js';

import { baseEnvironment } from './room-environment.js';

const folders = (baseEnvironment['PATH'] ?? '').split(':');

export const isInstalled = (program: string): boolean =>
  folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/** @throws ProcessFailure that names the Debian package of the first program that is missing */
export function requirePrograms(...programs: readonly string[]): void {
  const missing = programs.find((program) => !isInstalled(program));
  if (missing !== undefined) throw missingProgram(missing);
}
