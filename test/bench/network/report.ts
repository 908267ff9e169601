import { type Target, formatDisturbance, formatTargets } from '../../tools/report.js';
import { formatNumber, formatTable } from '../../tools/table.js';

import type { NetworkFigures, NetworkResult } from './measure.js';

type Figure = (figures: NetworkFigures) => number | null;

interface Goal {
  readonly of: string;
  readonly what: string;
  readonly figure: Figure;
  readonly limit: number;
  readonly better: Target['better'];
}

/** What Share Space is to reach; the baseline stands beside it for comparison. */
const goals: readonly Goal[] = [
  goal('loss-3', 'p50, ms', ({ latencyMs }) => latencyMs.p50, 150, 'lower'),
  goal('loss-3', 'p95, ms', ({ latencyMs }) => latencyMs.p95, 400, 'lower'),
  goal('loss-3', 'frames a second', (one) => one.uniqueFramesPerSecond, 20, 'higher'),
  goal('loss-5', 'longest freeze, ms', (one) => one.longestGapMs, 1000, 'lower'),
  goal('cap-1', 'frames a second', (one) => one.uniqueFramesPerSecond, 15, 'higher'),
  goal('cap-1', 'p95, ms', ({ latencyMs }) => latencyMs.p95, 600, 'lower'),
  goal('cap-0.5', 'frames a second', (one) => one.uniqueFramesPerSecond, 8, 'higher'),
  goal('step-10-1-10', 'back to live, ms', (one) => one.backToLiveMs, 2000, 'lower'),
  goal('step-10-1-10', 'back to main, ms', (one) => one.backToMainMs, 10_000, 'lower'),
];

function goal(
  of: string,
  what: string,
  figure: Figure,
  limit: number,
  better: Target['better'],
): Goal {
  return { of, what, figure, limit, better };
}

/** The goals of the cases that were run; what was not seen at all counts as missed. */
export function networkTargets(results: readonly NetworkResult[]): Target[] {
  return goals.flatMap(({ of, what, figure, limit, better }) => {
    const result = results.find(({ name, player }) => name === of && player === 'ours');
    if (!result) return [];
    const value = (result.figures && figure(result.figures)) ?? NaN;
    return [{ name: `${of} ${what}`, value, limit, better }];
  });
}

function formatRendition(mainShare: number): string {
  if (!Number.isFinite(mainShare)) return '-';
  if (mainShare === 0) return 'small';
  return mainShare === 1 ? 'main' : `main ${(mainShare * 100).toFixed(0)} %`;
}

function row({ name, player, figures, failure }: NetworkResult): string[] {
  if (!figures)
    return [`${name} ${player}`, '-', '-', '-', '-', '-', '-', '-', '-', failure ?? '-'];
  const { latencyMs } = figures;
  // The baseline has one rendition.
  const hasRenditions = player === 'ours';
  return [
    `${name} ${player}`,
    formatNumber(figures.firstFrameMs, 0),
    formatNumber(latencyMs.p50, 0),
    formatNumber(latencyMs.p95, 0),
    formatNumber(figures.uniqueFramesPerSecond),
    formatNumber(figures.longestGapMs, 0),
    formatNumber(figures.backToLiveMs, 0),
    formatNumber(hasRenditions ? figures.backToMainMs : null, 0),
    hasRenditions ? formatRendition(figures.mainShare) : '-',
    figures.path,
  ];
}

export function formatNetwork(results: readonly NetworkResult[]): string {
  const latency = ['first frame', 'p50', 'p95', 'fps', 'freeze'];
  const head = ['', ...latency, 'to live', 'to main', 'rendition', 'path'];
  const shares = results.flatMap(({ figures }) => (figures ? [figures.cpuPercent] : []));
  return [
    'Pictures over an emulated link; ms',
    formatTable([head, ...results.map(row)]),
    '',
    formatTargets(networkTargets(results)),
    ...formatDisturbance(shares),
  ].join('\n');
}
