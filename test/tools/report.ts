import type { CpuShares } from './processes.js';

/** A figure that has to stay at or below (or at or above) a limit. */
export interface Target {
  readonly name: string;
  readonly value: number;
  readonly limit: number;
  readonly better: 'lower' | 'higher';
}

export function isMet({ value, limit, better }: Target): boolean {
  return better === 'lower' ? value <= limit : value >= limit;
}

/** One line a target: whether it is met, by what. */
export function formatTargets(targets: readonly Target[]): string {
  return targets
    .map((target) => {
      const sign = target.better === 'lower' ? '<=' : '>=';
      const verdict = isMet(target) ? 'met   ' : 'MISSED';
      return `${verdict} ${target.name}: ${target.value.toFixed(3).replace(/\.?0+$/, '')} (${sign} ${target.limit})`;
    })
    .join('\n');
}

/** Progress goes to stderr, so that stdout holds nothing but the result. */
export function progress(message: string): void {
  process.stderr.write(`${message}\n`);
}

/** Share of a core beyond which programs of others are said to have disturbed a run, percent. */
const disturbingPercent = 20;

/** Lines to put below a report: one where other programs took time that the run would have used. */
export function formatDisturbance(runs: readonly CpuShares[]): string[] {
  const elsewhere = Math.max(...runs.map((shares) => shares['elsewhere'] ?? 0));
  return elsewhere <= disturbingPercent
    ? []
    : ['', `Disturbed: other programs used up to ${elsewhere.toFixed(0)} % of a core meanwhile.`];
}
