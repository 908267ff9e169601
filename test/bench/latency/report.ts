import { type Target, formatDisturbance, formatTargets } from '../../tools/report.js';
import { formatNumber, formatTable } from '../../tools/table.js';

import type { LatencyResult } from './measure.js';

export function latencyTargets(results: readonly LatencyResult[]): Target[] {
  const chromium = results.find((result) => result.name === 'chromium');
  const firefox = results.find((result) => result.name === 'firefox');
  const baseline = results.find((result) => result.name.startsWith('baseline'));
  const targets: Target[] = [];
  const atMost = (name: string, value: number, limit: number): void => {
    targets.push({ name, value, limit, better: 'lower' });
  };
  if (chromium) {
    atMost('chromium p50, ms', chromium.latencyMs.p50, 45);
    atMost('chromium p95, ms', chromium.latencyMs.p95, 65);
  }
  if (chromium && baseline) {
    atMost('chromium p50 to baseline p50', chromium.latencyMs.p50 / baseline.latencyMs.p50, 0.5);
  }
  if (firefox) atMost('firefox p50, ms', firefox.latencyMs.p50, 80);
  for (const result of results.filter(({ sound }) => sound)) {
    const { name, uniqueFramesPerSecond: value, sound, growth } = result;
    targets.push({ name: `${name} unique frames a second`, value, limit: 29, better: 'higher' });
    if (sound) atMost(`${name} sound to picture, ms either way`, Math.abs(sound.skewMs.p50), 60);
    if (growth) {
      // A display refresh is the step in which latency is seen to move at all.
      atMost(`${name} p50 growth, ms`, growth.last.p50 - growth.first.p50, 1000 / 60);
    }
  }
  return targets;
}

export function formatLatency(results: readonly LatencyResult[]): string {
  const head = [
    '',
    'p50',
    'p95',
    'p99',
    'max',
    'fps',
    'freezes',
    'gap',
    'sound',
    'A/V',
    'A/V min',
    'A/V max',
  ];
  const rows = results.map((result) => {
    const { latencyMs, sound } = result;
    const numbers = [latencyMs.p50, latencyMs.p95, latencyMs.p99, latencyMs.max];
    return [
      result.name,
      ...numbers.map((value) => formatNumber(value)),
      formatNumber(result.uniqueFramesPerSecond),
      `${result.freezes}`,
      formatNumber(result.longestGapMs, 0),
      formatNumber(sound?.latencyMs.p50 ?? null, 0),
      formatNumber(sound?.skewMs.p50 ?? null, 0),
      formatNumber(sound?.skewMs.min ?? null, 0),
      formatNumber(sound?.skewMs.max ?? null, 0),
    ];
  });
  const growth = results.flatMap(({ name, growth: found }) =>
    found
      ? [
          `${name}: first minute ${formatNumber(found.first.p50)} / ${formatNumber(found.first.p95)} ms, last minute ${formatNumber(found.last.p50)} / ${formatNumber(found.last.p95)} ms (p50 / p95)`,
        ]
      : [],
  );
  return [
    'Latency from drawing to the video frame callback, and of sound; ms',
    formatTable([head, ...rows]),
    '',
    'CPU, percent of one core',
    formatCpu(results),
    '',
    ...(growth.length > 0 ? [...growth, ''] : []),
    formatTargets(latencyTargets(results)),
    ...formatDisturbance(results.map((result) => result.cpuPercent)),
  ].join('\n');
}

function formatCpu(results: readonly LatencyResult[]): string {
  const groups = [...new Set(results.flatMap((result) => Object.keys(result.cpuPercent)))].sort();
  const rows = results.map((result) => [
    result.name,
    ...groups.map((group) => formatNumber(result.cpuPercent[group] ?? null)),
  ]);
  return formatTable([['', ...groups], ...rows]);
}
