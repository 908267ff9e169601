// @ts-check
/*
 * Installs what is missing and builds what is out of date. Plain JavaScript: it runs before anything
 * is installed. Used by `npm start`, `npm test` and the benchmarks.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(fileURLToPath(new URL('..', import.meta.url)));

const minNode = [20, 19];
const sourceFolders = ['signaling', 'media-host', 'client', 'deploy', 'test'];
const sourceFiles = ['package.json', 'package-lock.json', 'tsconfig.json'];

/**
 * @param {readonly ('run' | 'test')[]} groups groups of deploy/debian-packages.json
 */
export function prepare(groups) {
  checkNode();
  installDebianPackages(groups);
  installNpmPackages();
  build();
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [minMajor = 0, minMinor = 0] = minNode;
  if (major < minMajor || (major === minMajor && minor < minMinor)) {
    stop(`Share Space needs Node ${minNode.join('.')} or newer; this is ${process.versions.node}.`);
  }
}

/** @param {readonly ('run' | 'test')[]} groups */
function installDebianPackages(groups) {
  const listed = JSON.parse(readFileSync(join(root, 'deploy/debian-packages.json'), 'utf8'));
  /** @type {string[]} */
  const missing = groups
    .flatMap((group) => listed[group])
    .filter(({ proof }) => !existsSync(proof))
    .map((entry) => entry.package);
  if (missing.length === 0) return;
  const command = `apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    stop(
      [
        'These Debian packages are missing:',
        ...missing.map((name) => `  ${name}`),
        'Install them as root, then try again:',
        `  apt-get update && ${command}`,
      ].join('\n'),
    );
  }
  say(`Installing ${missing.length} Debian packages: ${missing.join(' ')}`);
  run('apt-get', ['-q', 'update']);
  run('apt-get', command.split(' ').slice(1), { DEBIAN_FRONTEND: 'noninteractive' });
}

function installNpmPackages() {
  const stamp = join(root, 'node_modules/.share-space');
  const wanted = digestOf([readFileSync(join(root, 'package-lock.json'))]);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  say('Installing npm packages');
  run('npm', ['ci', '--include=dev', '--no-fund', '--no-audit', '--loglevel=error']);
  writeFileSync(stamp, wanted);
}

function build() {
  const stamp = join(root, 'dist/.built');
  const wanted = digestOf(sources().map((path) => `${path} ${statSync(path).mtimeMs}\n`));
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  say('Building');
  removeStaleOutputs(root);
  run('npm', ['run', '--silent', 'build']);
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stamp, wanted);
}

/**
 * Removes what was compiled from a source that is there no more: a test among it would run on.
 * @param {string} folder the project's
 */
export function removeStaleOutputs(folder) {
  for (const part of sourceFolders) {
    const outputs = join(folder, 'dist', part);
    if (!existsSync(outputs)) continue;
    for (const entry of readdirSync(outputs, { recursive: true, encoding: 'utf8' })) {
      const source = join(folder, part, entry.replace(/\.js(\.map)?$/, '.ts'));
      if (/\.js(\.map)?$/.test(entry) && !existsSync(source)) rmSync(join(outputs, entry));
    }
  }
}

function sources() {
  const found = sourceFiles.map((name) => join(root, name));
  for (const folder of sourceFolders) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) found.push(join(entry.parentPath ?? entry.path, entry.name));
    }
  }
  return found.sort();
}

/** @param {readonly (string | Buffer)[]} parts */
function digestOf(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Record<string, string>} [env]
 */
function run(command, args, env = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    // Progress goes to stderr: stdout is for what Share Space itself says.
    stdio: ['ignore', process.stderr, process.stderr],
    env: { ...process.env, ...env },
  });
  if (status !== 0) {
    stop(`"${command} ${args.join(' ')}" failed${error ? `: ${error.message}` : ''}; see above.`);
  }
}

/** @param {string} text */
function say(text) {
  console.error(`share-space: ${text}`);
}

/**
 * @param {string} text
 * @returns {never}
 */
function stop(text) {
  console.error(text);
  process.exit(1);
}
