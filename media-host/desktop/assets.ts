import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { packageRoot } from '../supervision/package-root.js';

/** The session's scripts and default settings, as they are shipped. */
const shippedFolder = join(packageRoot, 'media-host/desktop/session');
/** Stands in shipped files for the folder that the room's programs find them in. */
const placeholder = '@ASSETS@';

/**
 * Copies what a session needs to where every room's user can read it, which the folder of the
 * program need not be.
 * @param target a folder that does not exist yet
 * @param seenAs the target's path as the room's programs see it
 */
export async function installAssets(target: string, seenAs: string): Promise<void> {
  await copyFolder(shippedFolder, target, seenAs);
}

async function copyFolder(source: string, target: string, seenAs: string): Promise<void> {
  await mkdir(target);
  await chmod(target, 0o755);
  for (const entry of await readdir(source, { withFileTypes: true })) {
    const [from, to] = [join(source, entry.name), join(target, entry.name)];
    if (entry.isDirectory()) {
      await copyFolder(from, to, seenAs);
      continue;
    }
    const text = await readFile(from, 'utf8');
    await writeFile(to, text.replaceAll(placeholder, seenAs));
    await chmod(to, 0o644);
  }
}
