import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

let found: { readonly problem: string | null } | null = null;

/** Why this machine cannot make networks, or null when it can. Tried once. */
export function networkProblem(): string | null {
  found ??= { problem: findProblem() };
  return found.problem;
}

function findProblem(): string | null {
  if (process.getuid?.() !== 0) return 'not root';
  if (!existsSync('/dev/net/tun')) return 'no /dev/net/tun';
  const name = `share-space-test-${process.pid}-0`;
  const added = spawnSync('ip', ['netns', 'add', name], { encoding: 'utf8' });
  if (added.status !== 0) return `no network namespaces: ${added.stderr.trim()}`;
  spawnSync('ip', ['netns', 'delete', name]);
  return null;
}
