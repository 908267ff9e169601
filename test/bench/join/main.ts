import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { browserNames } from '../../tools/browsers/launch.js';
import type { BrowserName, TestBrowser } from '../../tools/browsers/test-page.js';
import { CpuMeter, type CpuShares, residentMegabytes } from '../../tools/processes.js';
import { type Target, formatDisturbance, formatTargets, progress } from '../../tools/report.js';
import { joinRoom, newProbedPage } from '../../tools/room.js';
import { type Summary, summarise } from '../../tools/statistics.js';
import { formatNumber, formatTable } from '../../tools/table.js';
import { BenchStage } from '../stage.js';

/*
 * Time from the click that joins to the first frame, in a browser that is already warm; every
 * join in a context of its own. Memory of the media processes is read after each, so that with
 * `--joins 200` a leak shows.
 */

const { values } = parseArgs({
  options: {
    joins: { type: 'string', default: '20' },
    browser: { type: 'string', multiple: true, default: ['chromium'] },
    json: { type: 'boolean', default: false },
  },
});

const joins = Number(values.joins);
/** Nobody types a name and a passcode faster; the page uses the time to connect. */
const typingMs = 1000;
/** Joins before the first that counts: code is compiled, caches are filled. */
const warmUpJoins = 3;
/** Groups whose memory must not grow. */
const mediaGroups = ['pipeline', 'fan-out'];

interface JoinResult {
  readonly name: BrowserName;
  readonly browserVersion: string;
  /** Of the joins that succeeded. */
  readonly firstFrameMs: Summary;
  /** Why joins failed, one entry each. */
  readonly failures: readonly string[];
  /** Resident memory of pipeline and fan-out after each join, MB. */
  readonly mediaMegabytes: readonly number[];
  readonly cpuPercent: CpuShares;
}

async function joinOnce(browser: TestBrowser, stage: BenchStage, name: string): Promise<number> {
  const page = await newProbedPage(browser);
  try {
    return await joinRoom(page, stage.product, name, () => delay(typingMs));
  } finally {
    await page.close();
  }
}

async function measureJoins(stage: BenchStage, name: BrowserName): Promise<JoinResult> {
  return stage.withBrowser(name, async (browser) => {
    for (let join = 0; join < warmUpJoins; join += 1) await joinOnce(browser, stage, 'Warm up');
    const cpu = new CpuMeter();
    const times: number[] = [];
    const failures: string[] = [];
    const mediaMegabytes: number[] = [];
    for (let join = 1; join <= joins; join += 1) {
      try {
        times.push(await joinOnce(browser, stage, `Join ${join}`));
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        progress(`join ${join}: ${reason}`);
        failures.push(reason);
      }
      const memory = residentMegabytes(stage.product.pid);
      mediaMegabytes.push(mediaGroups.reduce((sum, group) => sum + (memory[group] ?? 0), 0));
    }
    return {
      name,
      browserVersion: browser.version,
      firstFrameMs: summarise(times),
      failures,
      mediaMegabytes,
      cpuPercent: cpu.read(),
    };
  });
}

function format(results: readonly JoinResult[], targets: readonly Target[]): string {
  const rows = results.map(({ name, firstFrameMs, failures, mediaMegabytes }) => [
    name,
    `${firstFrameMs.count}`,
    `${failures.length}`,
    formatNumber(firstFrameMs.p50, 0),
    formatNumber(firstFrameMs.p95, 0),
    formatNumber(firstFrameMs.max, 0),
    formatNumber(mediaMegabytes[0] ?? null),
    formatNumber(mediaMegabytes.at(-1) ?? null),
  ]);
  const head = ['', 'joins', 'failed', 'p50', 'p95', 'max', 'MB first', 'MB last'];
  return [
    'From the click that joins to the first frame, ms; memory of pipeline and fan-out, MB',
    formatTable([head, ...rows]),
    '',
    formatTargets(targets),
    ...formatDisturbance(results.map((result) => result.cpuPercent)),
  ].join('\n');
}

await BenchStage.with(async (stage) => {
  await stage.painter.show('busy');
  const results: JoinResult[] = [];
  for (const name of browserNames.filter((known) => values.browser.includes(known))) {
    progress(`joining ${joins} times in ${name}`);
    results.push(await measureJoins(stage, name));
  }
  const targets = results.flatMap(({ name, firstFrameMs, failures }): Target[] => [
    {
      name: `${name} click to first frame p50, ms`,
      value: firstFrameMs.p50,
      limit: 400,
      better: 'lower',
    },
    { name: `${name} joins that failed`, value: failures.length, limit: 0, better: 'lower' },
  ]);
  const report = { benchmark: 'join', targets, results };
  process.stdout.write(
    values.json ? `${JSON.stringify(report, null, 2)}\n` : `${format(results, targets)}\n`,
  );
});
