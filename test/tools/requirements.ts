import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

import { describe } from 'mocha';

function isInstalled(command: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** A `describe` whose tests are skipped, with the reason in its title, where a program is missing. */
export function describeWith(
  commands: readonly string[],
  title: string,
  body: (this: Mocha.Suite) => void,
): void {
  const missing = commands.filter((command) => !isInstalled(command));
  if (missing.length === 0) describe(title, body);
  else describe.skip(`${title} (skipped: ${missing.join(', ')} not installed)`, body);
}
