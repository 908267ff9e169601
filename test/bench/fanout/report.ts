import { availableParallelism } from 'node:os';

import { formatDisturbance, formatTargets, type Target } from '../../tools/report.js';
import { type Summary, summarise } from '../../tools/statistics.js';
import { formatNumber, formatTable } from '../../tools/table.js';

import type { Holdings, Measurement } from './fan-out-stage.js';

/** One run of so many viewers at so many fan-outs. */
export interface ScaleResult {
  readonly viewers: number;
  readonly fanOuts: number;
  /** Delivered to all viewers together. */
  readonly megabitsPerSecond: number;
  /** Of all fan-outs together, percent of one core. */
  readonly fanOutCpuPercent: number;
  readonly megabitsPerCpuSecond: number;
  /** What would be delivered if the busiest fan-out had a core of its own and used all of it. */
  readonly megabitsPerBusiestCore: number;
  readonly delayMs: Summary;
  readonly gaps: number;
  readonly failedJoins: number;
  readonly megabytes: number;
  readonly cpuPercent: Measurement['cpuPercent'];
}

export interface SlowResult {
  /** Of nine viewers, with nine like them. */
  readonly withoutMs: Summary;
  /** Of nine viewers, beside one that is held at a low rate. */
  readonly withMs: Summary;
  readonly slow: { readonly megabitsPerSecond: number; readonly gaps: number };
}

export interface JoinsResult {
  readonly joins: number;
  readonly start: Holdings;
  readonly middle: Holdings;
  readonly end: Holdings;
}

const cores = availableParallelism();
/** Two fan-outs need a core each, and their viewers here as much again. */
const coresForTwo = 4;

export function scaleResult(fanOuts: number, measured: Measurement): ScaleResult {
  const { receptions, seconds, fanOutCpuSeconds, megabytes, failedJoins, cpuPercent } = measured;
  const megabits = (receptions.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) * 8) / 1e6;
  const allCpuSeconds = fanOutCpuSeconds.reduce((sum, used) => sum + used, 0);
  return {
    viewers: receptions.length,
    fanOuts,
    megabitsPerSecond: megabits / seconds,
    fanOutCpuPercent: (allCpuSeconds / seconds) * 100,
    megabitsPerCpuSecond: megabits / allCpuSeconds,
    megabitsPerBusiestCore: megabits / Math.max(...fanOutCpuSeconds),
    delayMs: summarise(receptions.flatMap(({ delaysMs }) => [...delaysMs])),
    gaps: receptions.reduce((sum, { gaps }) => sum + gaps, 0),
    failedJoins,
    megabytes,
    cpuPercent,
  };
}

export function scaleTargets(results: readonly ScaleResult[]): Target[] {
  const find = (viewers: number, fanOuts: number): ScaleResult | undefined =>
    results.find((result) => result.viewers === viewers && result.fanOuts === fanOuts);
  const fifty = find(50, 1);
  const most = Math.max(...results.map(({ viewers }) => viewers));
  const [one, two] = [find(most, 1), find(most, 2)];
  return [
    ...(fifty
      ? ([
          {
            name: '50 viewers on one process, p99 delivery delay, ms',
            value: fifty.delayMs.p99,
            limit: 40,
            better: 'lower',
          },
          {
            name: '50 viewers on one process, Mbit/s per CPU second',
            value: fifty.megabitsPerCpuSecond,
            limit: 400,
            better: 'higher',
          },
        ] satisfies Target[])
      : []),
    ...(one && two && cores >= coresForTwo
      ? ([
          {
            name: `two processes carry so many times what one does, ${most} viewers`,
            value: two.megabitsPerBusiestCore / one.megabitsPerBusiestCore,
            limit: 1.7,
            better: 'higher',
          },
        ] satisfies Target[])
      : []),
  ];
}

export function formatScale(results: readonly ScaleResult[], targets: readonly Target[]): string {
  const rows = results.map((result) => [
    `${result.viewers}`,
    `${result.fanOuts}`,
    formatNumber(result.megabitsPerSecond, 0),
    formatNumber(result.fanOutCpuPercent),
    formatNumber(result.megabitsPerCpuSecond, 0),
    formatNumber(result.megabitsPerBusiestCore, 0),
    formatNumber(result.delayMs.p50),
    formatNumber(result.delayMs.p99),
    formatNumber(result.delayMs.max),
    `${result.gaps}`,
    `${result.failedJoins}`,
    formatNumber(result.megabytes, 0),
  ]);
  const head = [
    'viewers',
    'fan-outs',
    'Mbit/s',
    'CPU %',
    'per CPU s',
    'per core',
    'p50',
    'p99',
    'max',
    'gaps',
    'failed',
    'MB',
  ];
  return [
    `Delivery delay, ms; CPU of the fan-outs, percent of one of ${cores} cores`,
    formatTable([head, ...rows]),
    '',
    formatTargets(targets),
    ...(cores < coresForTwo
      ? [`Not judged: what two processes carry. ${cores} cores, shared with the viewers.`]
      : []),
    ...formatDisturbance(results.map(({ cpuPercent }) => cpuPercent)),
  ].join('\n');
}

export function slowTargets({ withMs, withoutMs }: SlowResult): Target[] {
  return [
    {
      name: 'p99 of nine beside a slow viewer, times that without one',
      value: withMs.p99 / withoutMs.p99,
      limit: 1.1,
      better: 'lower',
    },
  ];
}

export function formatSlow(result: SlowResult, targets: readonly Target[]): string {
  const row = (name: string, { p50, p99, max }: Summary): string[] => [
    name,
    ...[p50, p99, max].map((value) => formatNumber(value)),
  ];
  const { megabitsPerSecond, gaps } = result.slow;
  return [
    'Delivery delay of nine viewers, ms',
    formatTable([
      ['', 'p50', 'p99', 'max'],
      row('without a slow one', result.withoutMs),
      row('beside a slow one', result.withMs),
    ]),
    `The slow one got ${formatNumber(megabitsPerSecond, 2)} Mbit/s, with ${gaps} gaps.`,
    '',
    formatTargets(targets),
  ].join('\n');
}

/** What may be held more at the end than in the middle, when everything else was given back. */
const slackMegabytes = 10;

export function joinsTargets({ middle, end }: JoinsResult): Target[] {
  const growth = (name: keyof Holdings, limit: number): Target => ({
    name: `growth of ${name} from middle to end`,
    value: end[name] - middle[name],
    limit,
    better: 'lower',
  });
  return [growth('megabytes', slackMegabytes), growth('threads', 0), growth('descriptors', 0)];
}

export function formatJoins(result: JoinsResult, targets: readonly Target[]): string {
  const row = (name: string, { megabytes, threads, descriptors }: Holdings): string[] => [
    name,
    formatNumber(megabytes),
    `${threads}`,
    `${descriptors}`,
  ];
  return [
    `What a fan-out holds over ${result.joins} joins and leaves, when nobody is there`,
    formatTable([
      ['', 'MB', 'threads', 'descriptors'],
      row('start', result.start),
      row('middle', result.middle),
      row('end', result.end),
    ]),
    '',
    formatTargets(targets),
  ].join('\n');
}
