import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { z } from 'zod';

import { Child } from './child.js';
import { eventually } from './eventually.js';
import type { Namespace } from './network/namespace.js';
import { isAlive, processTree } from './processes.js';
import { projectFolder } from './project-folder.js';
import type { PulseAccess } from './pulse-server.js';
import type { DisplayAccess } from './x-display.js';

export const desktopSchema = z.object({
  display: z.string(),
  xauthorityPath: z.string(),
  pulseSocketPath: z.string(),
  pulseCookiePath: z.string(),
  rfbSocketPath: z.string(),
});

/** How the tests reach a room's desktop beside the product. */
export type DesktopAccess = z.infer<typeof desktopSchema> & DisplayAccess & PulseAccess;

export interface ProductOptions {
  /** Further settings, by environment variable. */
  readonly env?: Readonly<Record<string, string>>;
  /** A data folder to use and leave behind; by default one is made and removed. */
  readonly dataDir?: string;
  /** The network it is in; by default the machine's own. */
  readonly namespace?: Namespace;
}

/** What `npm start` runs once everything is installed and built. */
const entry = join(import.meta.dirname, '..', '..', 'deploy', 'main.js');

const readyPattern = /^Share Space is ready at (http\S+)/m;
const startTimeoutMs = 60_000;
const stopTimeoutMs = 15_000;
const pollMs = 50;

/** The whole product, as `npm start` runs it, on a free port and with a data folder of its own. */
export class Product {
  readonly room = 'test-room';
  readonly passcode = 'test passcode';
  readonly operatorPassword = 'test operator password';
  #roomUrl = '';

  private constructor(
    readonly dataDir: string,
    readonly child: Child,
    private readonly removeDataDir: boolean,
  ) {}

  /** @throws Error with what the product wrote, when it does not become ready */
  static async start(options: ProductOptions = {}): Promise<Product> {
    const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'share-space-data-')));
    const settings = {
      SHARE_SPACE_HOST: '127.0.0.1',
      SHARE_SPACE_PORT: '0',
      SHARE_SPACE_DATA_DIR: dataDir,
      SHARE_SPACE_ROOM: 'test-room',
      SHARE_SPACE_ROOM_PASSCODE: 'test passcode',
      SHARE_SPACE_OPERATOR_PASSWORD: 'test operator password',
      SHARE_SPACE_LOG_LEVEL: 'warn',
      // Products of other tests have the port.
      SHARE_SPACE_TURN_SERVER: 'off',
    };
    const command = [process.execPath, entry] as const;
    const [program, ...args] = options.namespace?.wrap(...command) ?? command;
    const started = spawn(program, args, {
      cwd: projectFolder(),
      env: { ...process.env, ...settings, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const product = new Product(dataDir, new Child('product', started), !options.dataDir);
    try {
      await product.#becomeReady();
    } catch (error) {
      await product.stop();
      throw error;
    }
    return product;
  }

  /** Address of the room's page. */
  get roomUrl(): string {
    return this.#roomUrl;
  }

  /** Address of the service, without a slash at the end. */
  get origin(): string {
    return new URL(this.#roomUrl).origin;
  }

  get pid(): number {
    return this.child.process.pid ?? NaN;
  }

  /** Waits until the room's desktop runs, and tells how to reach it. */
  async desktop(): Promise<DesktopAccess> {
    const path = join(this.dataDir, 'rooms', this.room, 'desktop.json');
    const text = await eventually(
      `desktop described in ${path}`,
      async () => {
        const read = readFile(path, 'utf8').catch(() => '');
        const written = await Promise.race([read, this.child.failure()]);
        // Written in place: it is whole when its last line is.
        return written.endsWith('}\n') ? written : null;
      },
      startTimeoutMs,
    );
    return desktopSchema.parse(JSON.parse(text));
  }

  /**
   * Ends the product and waits for every process it started.
   * @throws Error that names processes which outlived it
   */
  async stop(): Promise<void> {
    const family = processTree(this.pid);
    await this.child.stop();
    const deadlineMs = performance.now() + stopTimeoutMs;
    let left = family.filter(isAlive);
    while (left.length > 0 && performance.now() < deadlineMs) {
      await delay(pollMs);
      left = left.filter(isAlive);
    }
    if (this.removeDataDir) await rm(this.dataDir, { recursive: true, force: true });
    if (left.length > 0) {
      const names = left.map((entry) => `${entry.pid} ${entry.commandLine.slice(0, 80)}`);
      throw new Error(`processes outlived the product: ${names.join('; ')}`);
    }
  }

  async #becomeReady(): Promise<void> {
    const stdout = this.child.process.stdout!.setEncoding('utf8');
    const timeout = AbortSignal.timeout(startTimeoutMs);
    let output = '';
    stdout.on('data', (text: string) => {
      output = (output + text).slice(-20_000);
    });
    for (;;) {
      const match = readyPattern.exec(output);
      if (match) {
        this.#roomUrl = match[1] ?? '';
        return;
      }
      try {
        await Promise.race([once(stdout, 'data', { signal: timeout }), this.child.failure()]);
      } catch (cause) {
        throw new Error(`the product did not become ready; it wrote:\n${output}`, { cause });
      }
    }
  }
}
