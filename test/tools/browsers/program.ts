import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Namespace } from '../network/namespace.js';

/** A program as the drivers of browsers want it: one path, to which they add arguments. */
export interface Program {
  readonly path: string;
  remove(): void;
}

/** The program at a path, run in a namespace if one is given. */
export function programAt(path: string, namespace: Namespace | undefined): Program {
  if (!namespace) return { path, remove: () => undefined };
  const folder = mkdtempSync(join(tmpdir(), 'share-space-browser-'));
  const script = join(folder, 'browser');
  const command = namespace.wrap(path).map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
  writeFileSync(script, `#!/bin/sh\nexec ${command.join(' ')} "$@"\n`, { mode: 0o700 });
  return { path: script, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
