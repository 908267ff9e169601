import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterEach, beforeEach, it } from 'mocha';

import { Child } from '../tools/child.js';
import { eventually } from '../tools/eventually.js';
import { Namespace } from '../tools/network/namespace.js';
import { describeWithNetworks } from '../tools/network/network-needs.js';
import { isAlive, processTree, type ProcessEntry } from '../tools/processes.js';
import { describeWith } from '../tools/requirements.js';

const programs = ['turnserver', 'setpriv'];
const entry = join(import.meta.dirname, '..', 'tools', 'turn-main.js');
const permitEntry = join(import.meta.dirname, '..', 'tools', 'turn-permit-main.js');
const timeoutMs = 10_000;

/** A process that runs the built-in TURN server, and where its files are. */
class TurnOwner {
  private constructor(
    readonly dataDir: string,
    readonly child: Child,
    readonly port: number,
  ) {}

  static async start(
    dataDir: string,
    wrap = (...command: [string, ...string[]]): [string, ...string[]] => command,
  ): Promise<TurnOwner> {
    const [command, ...args] = wrap(process.execPath, '--enable-source-maps', entry);
    const env = {
      PATH: process.env['PATH'],
      SHARE_SPACE_DATA_DIR: dataDir,
      SHARE_SPACE_TURN_SERVER: 'on',
      SHARE_SPACE_TURN_PORT: '0',
    };
    const child = new Child(
      'turn',
      spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] }),
    );
    const port = once(child.process.stdout!, 'data').then(([text]) => Number(String(text)));
    return new TurnOwner(dataDir, child, await Promise.race([port, child.failure()]));
  }

  server(): Promise<ProcessEntry> {
    return eventually('coturn', () =>
      processTree(this.child.process.pid ?? NaN).find(({ commandLine }) =>
        commandLine.startsWith('/usr/bin/turnserver'),
      ),
    );
  }
}

describeWith(programs, 'the process of the TURN server', () => {
  let dataDir: string;
  let owner: TurnOwner;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'share-space-turn-'));
    owner = await TurnOwner.start(dataDir);
  });
  afterEach(async () => {
    await owner.child.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('ends with its owner', async () => {
    const server = await owner.server();
    await owner.child.stop();
    assert.equal(isAlive(server), false);
  });

  it('does not outlive an owner that is killed', async () => {
    const server = await owner.server();
    owner.child.kill();
    await eventually('end of coturn', () => !isAlive(server), timeoutMs);
  });
});

describeWithNetworks(programs, 'the TURN server of a machine without a network', () => {
  it('relays to that machine’s loopback address alone', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'share-space-turn-'));
    const namespace = await Namespace.create();
    const owner = await TurnOwner.start(dataDir, (...command) => namespace.wrap(...command));
    try {
      await owner.server();
      const secret = (await readFile(join(dataDir, 'turn-secret'), 'utf8')).trim();
      const port = String(owner.port);
      const peers = ['127.0.0.1', '127.0.0.2', '0.0.0.0', '::1'];
      const ask = namespace.wrap(process.execPath, permitEntry, '127.0.0.1', port, ...peers);
      const [command, ...args] = ask;
      const env = { PATH: process.env['PATH'], TURN_SECRET: secret };
      const { stdout } = await promisify(execFile)(command, args, { env });
      assert.equal(stdout, '0 0 403 403 443');
    } finally {
      await owner.child.stop();
      await namespace.close();
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});
