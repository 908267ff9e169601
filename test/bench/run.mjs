// @ts-check
/* `npm run bench:NAME`: prepares the machine and runs one benchmark; further arguments are its own. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { prepare, root } from '../../deploy/prepare.mjs';

const [name = '', ...args] = process.argv.slice(2);
prepare(['run', 'test']);
const { status } = spawnSync(
  process.execPath,
  ['--enable-source-maps', join(root, `dist/test/bench/${name}/main.js`), ...args],
  { cwd: root, stdio: 'inherit' },
);
process.exit(status ?? 1);
