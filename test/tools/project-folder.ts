import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The project's folder, wherever below it the compiled code runs. */
export function projectFolder(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'test', 'pages', 'tsconfig.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('the project folder is not to be found');
    folder = parent;
  }
  return folder;
}
