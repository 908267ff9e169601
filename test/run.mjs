// @ts-check
/*
 * `npm test`: installs what the tests need, checks types, lint and format, and runs every mocha test.
 * Arguments go to mocha, as in `npm test -- --grep "control"`.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { prepare, root } from '../deploy/prepare.mjs';

prepare(['run', 'test']);
const extra = process.argv.slice(2);
if (extra.length === 0) run('npm', ['run', '--silent', 'check']);
run(process.execPath, [
  '--enable-source-maps',
  join(root, 'node_modules/mocha/bin/mocha.js'),
  ...extra,
]);

/**
 * @param {string} command
 * @param {readonly string[]} args
 */
function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
