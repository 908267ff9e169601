import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

import { Child } from './child.js';
import type { DisplayAccess } from './x-display.js';
import { writeXauthority } from './xauthority.js';

export interface VirtualDisplay extends DisplayAccess {
  /** Where the server takes RFB clients, without a password. */
  readonly rfbSocketPath: string;
  /** As a crash: no farewell to its clients. */
  kill(): void;
  stop(): Promise<void>;
}

/** A bare Xvnc of its own on a free display number, for tests without the product. */
export async function startVirtualDisplay(size = '1280x720'): Promise<VirtualDisplay> {
  const folder = await mkdtemp(join(tmpdir(), 'share-space-display-'));
  const xauthorityPath = join(folder, 'Xauthority');
  const rfbSocketPath = join(folder, 'rfb');
  await writeXauthority(xauthorityPath, randomBytes(16));
  const options = ['-displayfd', '3', '-auth', xauthorityPath, '-geometry', size, '-depth', '24'];
  const network = ['-nolisten', 'tcp', '-rfbport', '-1', '-rfbunixpath', rfbSocketPath];
  const child = new Child(
    'Xvnc',
    spawn('Xvnc', [...options, ...network, '-SecurityTypes', 'None'], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    }),
  );
  const stop = async (): Promise<void> => {
    await child.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const numberPipe = child.process.stdio[3] as Readable;
    const [number] = (await Promise.race([once(numberPipe, 'data'), child.failure()])) as [Buffer];
    const display = `:${number.toString().trim()}`;
    return { display, xauthorityPath, rfbSocketPath, kill: () => child.kill(), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
