import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Logger } from 'pino';

import type { Desktop } from '../desktop/desktop.js';

/** Where a running desktop's endpoints stand for other programs of the machine's administrator. */
export const desktopFile = (dataDir: string, roomId: string): string =>
  join(dataDir, 'rooms', roomId, 'desktop.json');

/**
 * Keeps a file (JSON, readable by its owner alone) with the endpoints of a running desktop: display,
 * sound server and the paths of their cookies. With it an administrator's own program can draw on the
 * desktop or look at it; the file is gone while the desktop does not run.
 */
export function publishEndpoints(desktop: Desktop, path: string, logger: Logger): void {
  let last = Promise.resolve();
  desktop.on('status', ({ state }) => {
    const { endpoints } = desktop;
    const change = (): Promise<void> =>
      state === 'running' && endpoints
        ? writeFile(path, `${JSON.stringify(endpoints, null, 2)}\n`, { mode: 0o600 })
        : rm(path, { force: true });
    // One after the other, in the order of what happened. The desktop itself does not need the file.
    last = last.then(change).catch((error: unknown) => {
      logger.warn({ err: error, path }, 'desktop endpoints not published');
    });
  });
}
