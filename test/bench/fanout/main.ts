import { parseArgs } from 'node:util';

import { exitOnSignals } from '../../tools/child.js';
import { type Target, progress } from '../../tools/report.js';
import { summarise } from '../../tools/statistics.js';

import { FanOutStage, type Measurement } from './fan-out-stage.js';
import {
  formatJoins,
  formatScale,
  formatSlow,
  joinsTargets,
  type JoinsResult,
  scaleResult,
  scaleTargets,
  slowTargets,
  type SlowResult,
} from './report.js';

/*
 * How many viewers a fan-out process feeds, what that costs, and how late pictures get: the
 * product's fan-out, fed by a broadcast without a desktop, with viewers in processes of their own.
 * `--slow`: what one slow viewer does to nine others. `--joins N`: what N joins and leaves leave behind.
 */

const { values } = parseArgs({
  options: {
    viewers: { type: 'string', multiple: true, default: ['10', '25', '50', '100'] },
    'fan-outs': { type: 'string', multiple: true, default: ['1', '2'] },
    seconds: { type: 'string', default: '10' },
    kbps: { type: 'string', default: '4000' },
    slow: { type: 'boolean', default: false },
    joins: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const seconds = Number(values.seconds);
const bitrateKbps = Number(values.kbps);
const slowKbps = 300;
const slowRounds = 3;
const joinsAtOnce = 25;
/** Joins before the first that counts: code is compiled, memory pools have grown. */
const warmUpJoins = 100;

exitOnSignals();
if (values.joins !== undefined) {
  const result = await countJoins(Number(values.joins));
  print('fanout-joins', result, joinsTargets(result), formatJoins);
} else if (values.slow) {
  const result = await measureSlow();
  print('fanout-slow', result, slowTargets(result), formatSlow);
} else {
  const results = await measureScale();
  print('fanout', results, scaleTargets(results), formatScale);
}

function print<Result>(
  benchmark: string,
  results: Result,
  targets: readonly Target[],
  format: (results: Result, targets: readonly Target[]) => string,
): void {
  const report = { benchmark, targets, results };
  process.stdout.write(
    values.json ? `${JSON.stringify(report, null, 2)}\n` : `${format(results, targets)}\n`,
  );
}

async function measureScale() {
  const results = [];
  for (const fanOuts of values['fan-outs'].map(Number)) {
    for (const viewers of values.viewers.map(Number)) {
      progress(`${viewers} viewers at ${fanOuts} fan-outs for ${seconds} s`);
      const measured = await FanOutStage.with(fanOuts, bitrateKbps, async (stage) => {
        await stage.join(viewers);
        return stage.measure(seconds);
      });
      const result = scaleResult(fanOuts, measured);
      const { megabitsPerSecond, delayMs } = result;
      progress(`  ${megabitsPerSecond.toFixed(0)} Mbit/s, p99 ${delayMs.p99.toFixed(0)} ms`);
      results.push(result);
    }
  }
  return results;
}

/** By turns, so that whatever else the machine does meanwhile falls on both. */
async function measureSlow(): Promise<SlowResult> {
  return FanOutStage.with(1, bitrateKbps, async (stage) => {
    const nine = await stage.join(9);
    const delaysOfNine = ({ receptions }: Measurement): number[] =>
      receptions
        .filter(({ viewerId }) => nine.includes(viewerId))
        .flatMap(({ delaysMs }) => [...delaysMs]);
    const without: number[] = [];
    const beside: number[] = [];
    const slow = { megabits: 0, seconds: 0, gaps: 0 };
    for (let round = 1; round <= slowRounds; round += 1) {
      progress(`nine viewers for ${seconds} s, then beside one at ${slowKbps} kbit/s: ${round}`);
      without.push(...delaysOfNine(await stage.measure(seconds)));
      const slowIds = await stage.join(1, slowKbps);
      const measured = await stage.measure(seconds);
      beside.push(...delaysOfNine(measured));
      const reception = measured.receptions.find(({ viewerId }) => slowIds.includes(viewerId));
      slow.megabits += ((reception?.sizeBytes ?? 0) * 8) / 1e6;
      slow.seconds += measured.seconds;
      slow.gaps += reception?.gaps ?? 0;
      await stage.leave(slowIds);
    }
    return {
      withoutMs: summarise(without),
      withMs: summarise(beside),
      slow: { megabitsPerSecond: slow.megabits / slow.seconds, gaps: slow.gaps },
    };
  });
}

async function countJoins(joins: number): Promise<JoinsResult> {
  return FanOutStage.with(1, bitrateKbps, async (stage) => {
    const joinAndLeave = async (count: number): Promise<void> => {
      for (let done = 0; done < count; done += joinsAtOnce) {
        await stage.join(Math.min(joinsAtOnce, count - done));
        await stage.leave();
        progress(`${done + joinsAtOnce} of ${count} came and left`);
      }
    };
    await joinAndLeave(warmUpJoins);
    const start = stage.holdings();
    await joinAndLeave(Math.floor(joins / 2));
    const middle = stage.holdings();
    await joinAndLeave(Math.ceil(joins / 2));
    return { joins, start, middle, end: stage.holdings() };
  });
}
