import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  open,
  readFile,
  readdir,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { after, afterEach, before, beforeEach, describe, it } from 'mocha';

import { Cleanup } from '../tools/cleanup.js';
import { Product } from '../tools/product.js';
import { projectFolder } from '../tools/project-folder.js';
import { describeWith } from '../tools/requirements.js';
import { newProbedPage } from '../tools/room.js';

import { framesFromNow, programs, sendJoin, Stage, untilSays } from './stage.js';

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts a program that is expected to end by itself. */
async function ended(
  command: string,
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string; uid?: number; gid?: number },
): Promise<Ended> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => (output[name] += text));
  }
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, ...output };
}

/** What `npm start` runs once everything is installed. */
const entry = join(import.meta.dirname, '..', '..', 'deploy', 'main.js');

/** Starts the product where it cannot run. */
const startInVain = (settings: Readonly<Record<string, string>>): Promise<Ended> =>
  ended(process.execPath, [entry], {
    env: { ...process.env, SHARE_SPACE_HOST: '127.0.0.1', SHARE_SPACE_PORT: '0', ...settings },
  });

describeWith(programs, 'a second start', function () {
  this.timeout(60_000);

  let product: Product;

  before(async () => {
    product = await Product.start();
  });

  after(() => product.stop());

  const isServing = async (): Promise<boolean> => (await fetch(`${product.origin}/readyz`)).ok;

  it('on the same data folder says who uses it, and leaves the first alone', async () => {
    const { status, stdout, stderr } = await startInVain({
      SHARE_SPACE_DATA_DIR: product.dataDir,
    });
    assert.equal(status, 1);
    assert.match(stderr, /^Another Share Space already uses this data folder: /m);
    assert.ok(stderr.includes(product.dataDir));
    assert.doesNotMatch(stdout, /ready/);
    assert.ok(await isServing());
  });

  it('on the same port says which setting to change, and leaves the first alone', async () => {
    const { port } = new URL(product.origin);
    const dataDir = await mkdtemp(join(tmpdir(), 'share-space-second-'));
    try {
      const settings = { SHARE_SPACE_PORT: port, SHARE_SPACE_DATA_DIR: dataDir };
      const { status, stderr } = await startInVain(settings);
      assert.equal(status, 1);
      assert.ok(stderr.includes(`port ${port} is in use by another program; set SHARE_SPACE_PORT`));
      assert.ok(await isServing());
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  });

  it('after the first was stopped finds the room as it was', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'share-space-again-'));
    try {
      const rooms = (): Promise<string> => readFile(join(dataDir, 'rooms.json'), 'utf8');
      await (await Product.start({ dataDir })).stop();
      const before = await rooms();
      await (await Product.start({ dataDir })).stop();
      assert.equal(await rooms(), before);
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});

describe('a start whose media host cannot run', function () {
  this.timeout(30_000);

  it('has told the secrets that it made up', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'share-space-told-'));
    try {
      const settings = { SHARE_SPACE_DATA_DIR: dataDir, TMPDIR: join(dataDir, 'nowhere') };
      const { status, stdout } = await startInVain(settings);
      assert.equal(status, 1);
      assert.match(stdout, /^Passcode of the room: \S+$/m);
      assert.match(stdout, /^Operator password \(http\S+\/operator\): \S+$/m);
      assert.doesNotMatch(stdout, /ready at/);
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});

describe('a start with any free port', function () {
  this.timeout(20_000);

  it('names the setting when its address is none of the machine', async () => {
    const settings = { SHARE_SPACE_HOST: '192.0.2.77', SHARE_SPACE_PORT: '0' };
    const { status, stderr } = await startInVain(settings);
    assert.equal(status, 1);
    assert.equal(stderr, '192.0.2.77 is no address of this machine; set SHARE_SPACE_HOST\n');
  });
});

describe('a build', () => {
  it('begins without what was compiled from sources that are gone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'share-space-build-'));
    try {
      const outputs = ['kept.test.js', 'kept.test.js.map', 'gone.test.js', 'gone.test.js.map'];
      await mkdir(join(folder, 'test'));
      await mkdir(join(folder, 'dist', 'test'), { recursive: true });
      await writeFile(join(folder, 'test', 'kept.test.ts'), '');
      for (const name of outputs) await writeFile(join(folder, 'dist', 'test', name), '');
      const prepare = join(projectFolder(), 'deploy', 'prepare.mjs');
      const program =
        'const { removeStaleOutputs } = await import(process.argv[1]); removeStaleOutputs(process.argv[2]);';
      await run(process.execPath, ['--input-type=module', '-e', program, prepare, folder]);
      const left = await readdir(join(folder, 'dist', 'test'));
      assert.deepEqual(left.sort(), ['kept.test.js', 'kept.test.js.map']);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('npm start without root', function () {
  this.timeout(20_000);

  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'share-space-deploy-'));
    await chmod(folder, 0o755);
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('names missing Debian packages and the command that installs them', async () => {
    const deploy = join(folder, 'deploy');
    await mkdir(deploy);
    for (const file of ['start.mjs', 'prepare.mjs']) {
      await cp(join(projectFolder(), 'deploy', file), join(deploy, file));
    }
    const packages = [
      { package: 'bash', proof: '/bin/sh' },
      { package: 'coffee-maker', proof: '/nonexistent/bin/coffee' },
      { package: 'tea-kettle', proof: '/nonexistent/bin/tea' },
    ];
    await writeFile(
      join(deploy, 'debian-packages.json'),
      JSON.stringify({ run: packages, test: [] }),
    );
    const nobody = isRoot ? { uid: 65_534, gid: 65_534 } : {};
    const { status, stdout, stderr } = await ended(process.execPath, [join(deploy, 'start.mjs')], {
      cwd: folder,
      ...nobody,
    });
    assert.equal(status, 1);
    assert.equal(stdout, '');
    assert.equal(
      stderr,
      [
        'These Debian packages are missing:',
        '  coffee-maker',
        '  tea-kettle',
        'Install them as root, then try again:',
        '  apt-get update && apt-get install -y --no-install-recommends coffee-maker tea-kettle',
        '',
      ].join('\n'),
    );
  });
});

const describeAsRoot: typeof describeWith = (commands, title, body) => {
  if (isRoot) describeWith(commands, title, body);
  else describe.skip(`${title} (skipped: only root can mount a small one)`, body);
};

describeAsRoot(programs, 'a full disk', function () {
  this.timeout(90_000);

  let cleanup: Cleanup;
  let dataDir: string;

  before(async function () {
    cleanup = new Cleanup();
    const made = await mkdtemp(join(tmpdir(), 'share-space-disk-'));
    dataDir = cleanup.add(made, (path) => rm(path, { recursive: true, force: true }));
    try {
      await run('mount', ['-t', 'tmpfs', '-o', 'size=96m,mode=0755', 'tmpfs', dataDir]);
    } catch (error) {
      console.log(`      skipped: the root of this container cannot mount: ${String(error)}`);
      this.skip();
    }
    cleanup.add(dataDir, async (path) => {
      await run('umount', ['-l', path]);
    });
  });

  after(() => cleanup.run());

  const fillerPath = (): string => join(dataDir, 'filler');

  async function fill(): Promise<void> {
    const file = await open(fillerPath(), 'w');
    const block = Buffer.alloc(64 * 1024);
    try {
      for (;;) await file.write(block);
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC');
    } finally {
      await file.close();
    }
  }

  it('at the first start is named as the reason, and nothing half is left behind', async () => {
    await fill();
    const { status, stderr } = await startInVain({ SHARE_SPACE_DATA_DIR: dataDir });
    assert.equal(status, 1);
    assert.match(stderr, /^The disk is full: .* could not be written/m);
    await rm(fillerPath());
    const product = await Product.start({ dataDir });
    await product.stop();
  });

  it('costs nothing that is stored, is told to members, and is over once there is space', async () => {
    const stored = ['rooms.json', 'operator.json', 'member-key.json', 'host-secret'];
    const contents = (): Promise<string[]> =>
      Promise.all(stored.map((name) => readFile(join(dataDir, name), 'utf8')));
    const before = await contents();
    await fill();
    const stage = await Stage.open({ dataDir });
    try {
      const page = await newProbedPage(await stage.browser('chromium'));
      await page.goto(stage.product.roomUrl);
      await sendJoin(page, 'Ann', stage.product.passcode);
      await untilSays(page, 'The disk that holds the desktop is full.');
      assert.deepEqual(await contents(), before);
      await rm(fillerPath());
      await stage.paint();
      await framesFromNow(page);
    } finally {
      await stage.close();
    }
    assert.deepEqual(await contents(), before);
  });
});
