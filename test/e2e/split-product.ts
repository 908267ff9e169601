import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { turnConfigurationText } from '../../deploy/turn/turn-configuration.js';
import { Child } from '../tools/child.js';
import { Cleanup } from '../tools/cleanup.js';
import { eventually } from '../tools/eventually.js';
import type { Home, Internet } from '../tools/network/internet.js';
import type { Namespace } from '../tools/network/namespace.js';
import { Painter } from '../tools/painter/painter.js';
import { desktopSchema } from '../tools/product.js';
import { projectFolder } from '../tools/project-folder.js';

const room = 'test-room';
const turnPort = 3478;
const turnSecret = 'a turn secret of the test suite';
const hostSecret = 'a-host-secret-of-the-test-suite-01';
const startTimeoutMs = 40_000;

/** The parts of the product on different computers: signaling and coturn in public, the media host at home. */
export class SplitProduct {
  readonly passcode = 'test passcode';
  readonly #cleanup = new Cleanup();
  #roomUrl = '';

  /** Starts all parts and paints on the desktop. @throws Error when one does not come up */
  static async start(internet: Internet, home: Home): Promise<SplitProduct> {
    const product = new SplitProduct();
    try {
      await product.#start(internet, home);
      return product;
    } catch (error) {
      await product.stop();
      throw error;
    }
  }

  get roomUrl(): string {
    return this.#roomUrl;
  }

  stop(): Promise<void> {
    return this.#cleanup.run();
  }

  async #start({ namespace, address }: Internet, home: Home): Promise<void> {
    const folder = this.#cleanup.add(await mkdtemp(join(tmpdir(), 'share-space-split-')), (path) =>
      rm(path, { recursive: true, force: true }),
    );
    await this.#startTurn(folder, namespace, address, home.router.outside.a.address);
    const signaling = this.#node(namespace, 'signaling', {
      HOST: address,
      PORT: '0',
      DATA_DIR: join(folder, 'signaling'),
      ROOM: room,
      ROOM_PASSCODE: this.passcode,
      OPERATOR_PASSWORD: 'test operator password',
      STUN_URLS: `stun:${address}:${turnPort}`,
      TURN_URLS: `turn:${address}:${turnPort}`,
      TURN_SECRET: turnSecret,
    });
    this.#roomUrl = await firstMatch(signaling, /^Share Space is ready at (http\S+)/m);
    const hostFolder = join(folder, 'media-host');
    this.#node(home.namespace, 'media-host', {
      SIGNALING_URL: new URL(this.#roomUrl).origin,
      DATA_DIR: hostFolder,
    });
    const desktopFile = join(hostFolder, 'rooms', room, 'desktop.json');
    const painter = await eventually(
      'desktop to paint on',
      async () => {
        if (!existsSync(desktopFile)) return null;
        const access = desktopSchema.safeParse(JSON.parse(await readFile(desktopFile, 'utf8')));
        return access.success ? Painter.start(access.data).catch(() => null) : null;
      },
      startTimeoutMs,
    );
    this.#cleanup.add(painter, (one) => one.stop());
    await painter.show('busy');
  }

  async #startTurn(folder: string, place: Namespace, address: string, peer: string): Promise<void> {
    const path = join(folder, 'turnserver.conf');
    const configuration = turnConfigurationText({
      port: turnPort,
      listeningAddresses: [address],
      relayAddress: address,
      publicAddress: null,
      relayPorts: { first: 49_152, last: 49_200 },
      peers: [peer],
      secret: turnSecret,
      videoBitrateKbps: 6000,
    });
    await writeFile(path, configuration, { mode: 0o600 });
    this.#spawn('turnserver', place.wrap('turnserver', '-c', path), process.env);
    const isListening = async (): Promise<boolean> =>
      (await place.run('ss', '-lunH')).includes(`${address}:${turnPort}`);
    await eventually('TURN server', isListening);
  }

  #node(place: Namespace, part: string, settings: Readonly<Record<string, string>>): ChildProcess {
    const entry = join(projectFolder(), 'dist', part, 'main.js');
    const own = { HOST_SECRET: hostSecret, LOG_LEVEL: 'warn', ...settings };
    const variables = Object.entries(own).map(([name, value]) => [`SHARE_SPACE_${name}`, value]);
    const env = { ...process.env, ...(Object.fromEntries(variables) as Record<string, string>) };
    return this.#spawn(part, place.wrap(process.execPath, entry), env);
  }

  #spawn(
    name: string,
    [program, ...args]: [string, ...string[]],
    env: NodeJS.ProcessEnv,
  ): ChildProcess {
    const stdio = ['ignore', 'pipe', 'pipe'] as const;
    const started = spawn(program, args, { cwd: projectFolder(), env, stdio: [...stdio] });
    // What nobody reads must not fill the pipe.
    started.stdout.resume();
    this.#cleanup.add(new Child(name, started), (child) => child.stop());
    return started;
  }
}

/** The first group of a pattern in what a process writes. */
async function firstMatch({ stdout }: ChildProcess, pattern: RegExp): Promise<string> {
  let output = '';
  stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
  return eventually(`line like ${pattern.source}`, () => pattern.exec(output)?.[1], startTimeoutMs);
}
