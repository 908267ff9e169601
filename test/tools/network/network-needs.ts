import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

import { describe } from 'mocha';

import { describeWith } from '../requirements.js';

/** Programs the network laboratory runs. */
export const networkPrograms = ['ip', 'iptables', 'sysctl', 'socat'];

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

/** A `describe` that is skipped, with the reason in its title, where networks cannot be made. */
export function describeWithNetworks(
  programs: readonly string[],
  title: string,
  body: (this: Mocha.Suite) => void,
): void {
  const reason = networkProblem();
  if (reason === null) describeWith([...networkPrograms, ...programs], title, body);
  else describe.skip(`${title} (skipped: ${reason})`, body);
}
