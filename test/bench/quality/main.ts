import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import type { TestPage } from '../../tools/browsers/test-page.js';
import { analyseFrames } from '../../tools/latency-analysis.js';
import { type LumaPicture, greyOf, lumaOf } from '../../tools/luma.js';
import type { GrabbedFrame } from '../../tools/page-api.js';
import { writePng } from '../../tools/picture.js';
import { callProbe } from '../../tools/probe.js';
import { CpuMeter, type CpuShares } from '../../tools/processes.js';
import { type Target, formatDisturbance, formatTargets, progress } from '../../tools/report.js';
import { joinRoom, newProbedPage, roomVideo } from '../../tools/room.js';
import { ssim } from '../../tools/ssim.js';
import { type Summary, summarise } from '../../tools/statistics.js';
import { formatNumber, formatTable } from '../../tools/table.js';
import { XDisplay } from '../../tools/x-display.js';
import { BenchStage, desktopSize } from '../stage.js';

/*
 * Sharpness of what Chromium shows, as luma SSIM against the X server's own picture, and what
 * the pipeline costs meanwhile: a still page of small text a second after it stopped changing,
 * full motion, and an empty room.
 */

const { values } = parseArgs({
  options: {
    frames: { type: 'string', default: '20' },
    'cpu-seconds': { type: 'string', default: '10' },
    /** Folder for the pictures compared, as PNG files. */
    save: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const cpuSeconds = Number(values['cpu-seconds']);
const motionGrabIntervalMs = 400;
/** From the last change on the desktop to the look at its text. */
const settleMs = 1000;
/** A page that was closed without a word keeps its viewer for a while, in case it comes back. */
const goneMs = 20_000;
/** Motion before text stops, so that the encoder comes from its busiest. */
const motionBeforeTextMs = 3000;

interface QualityResult {
  readonly browserVersion: string;
  readonly stillSsim: number;
  readonly motionSsim: Summary;
  /** While the CPU use of full motion was measured. */
  readonly motionFramesPerSecond: number;
  /** Percent of one core, by group of processes. */
  readonly cpuPercent: {
    readonly motion: CpuShares;
    readonly still: CpuShares;
    readonly nobody: CpuShares;
  };
}

function pictureOf({ width, height, luma }: GrabbedFrame): LumaPicture {
  return { width, height, data: Buffer.from(luma, 'base64') };
}

async function compare(name: string, seen: LumaPicture, original: LumaPicture): Promise<number> {
  if (values.save) {
    await mkdir(values.save, { recursive: true });
    await writePng(join(values.save, `${name}-seen.png`), greyOf(seen));
    await writePng(join(values.save, `${name}-original.png`), greyOf(original));
  }
  return ssim(seen, original);
}

async function cpuDuring(seconds: number): Promise<CpuShares> {
  const meter = new CpuMeter();
  await delay(seconds * 1000);
  return meter.read();
}

/** A still page of text, `settleMs` after it replaced full motion. */
async function measureStill(stage: BenchStage, page: TestPage, display: XDisplay): Promise<number> {
  await stage.painter.show('motion');
  await delay(motionBeforeTextMs);
  const stamp = await stage.painter.hold('text');
  await delay(settleMs);
  const frame = await callProbe(page, 'grabFrame', roomVideo, desktopSize.width);
  if (frame.stamp !== stamp) {
    throw new Error(
      `a second after the last change the page shows stamp ${frame.stamp}, not ${stamp}`,
    );
  }
  return compare('still', pictureOf(frame), lumaOf(await display.grab()));
}

/** Frames out of full motion, each compared with its own scene painted again. */
async function measureMotion(
  stage: BenchStage,
  page: TestPage,
  display: XDisplay,
): Promise<Summary> {
  const parameters = [roomVideo, desktopSize.width, motionGrabIntervalMs] as const;
  await stage.painter.show('motion');
  await delay(motionBeforeTextMs);
  const frames = await callProbe(page, 'grabFrames', ...parameters, Number(values.frames));
  const similarities: number[] = [];
  for (const [index, frame] of frames.entries()) {
    if (frame.stamp === null) continue;
    await stage.painter.hold('motion', frame.stamp);
    similarities.push(
      await compare(`motion-${index}`, pictureOf(frame), lumaOf(await display.grab())),
    );
  }
  return summarise(similarities);
}

async function measure(stage: BenchStage): Promise<QualityResult> {
  const display = stage.cleanup.add(await XDisplay.connect(stage.desktop), (connected) => {
    connected.close();
    return Promise.resolve();
  });
  const seen = await stage.withBrowser('chromium', async (browser) => {
    const page = await newProbedPage(browser);
    await stage.painter.show('motion');
    await joinRoom(page, stage.product, 'Bench');
    progress('full motion');
    const motionSsim = await measureMotion(stage, page, display);
    await stage.painter.show('motion');
    await callProbe(page, 'startFrames', roomVideo, desktopSize.width);
    const motion = await cpuDuring(cpuSeconds);
    const { uniqueFramesPerSecond } = analyseFrames(await callProbe(page, 'stopFrames'));
    progress('still text');
    const stillSsim = await measureStill(stage, page, display);
    const still = await cpuDuring(cpuSeconds);
    return {
      browserVersion: browser.version,
      motionSsim,
      stillSsim,
      motion,
      still,
      uniqueFramesPerSecond,
    };
  });
  progress('an empty room');
  await stage.painter.show('motion');
  await delay(goneMs);
  const nobody = await cpuDuring(cpuSeconds);
  const { motion, still, uniqueFramesPerSecond: motionFramesPerSecond, ...rest } = seen;
  return { ...rest, motionFramesPerSecond, cpuPercent: { motion, still, nobody } };
}

function targetsOf({ stillSsim, motionSsim, cpuPercent }: QualityResult): Target[] {
  const pipeline = (shares: CpuShares): number => shares['pipeline'] ?? NaN;
  return [
    { name: 'SSIM of still text', value: stillSsim, limit: 0.98, better: 'higher' },
    { name: 'SSIM of full motion, mean', value: motionSsim.mean, limit: 0.9, better: 'higher' },
    {
      name: 'pipeline at full motion, % of a core',
      value: pipeline(cpuPercent.motion),
      limit: 50,
      better: 'lower',
    },
    {
      name: 'pipeline on a still screen, % of a core',
      value: pipeline(cpuPercent.still),
      limit: 5,
      better: 'lower',
    },
    {
      name: 'pipeline with nobody there, % of a core',
      value: pipeline(cpuPercent.nobody),
      limit: 0.5,
      better: 'lower',
    },
  ];
}

function format(result: QualityResult): string {
  const { motionSsim, stillSsim, cpuPercent } = result;
  const groups = [...new Set(Object.values(cpuPercent).flatMap(Object.keys))].sort();
  const cpuRows = Object.entries(cpuPercent).map(([name, shares]) => [
    name,
    ...groups.map((group) => formatNumber(shares[group] ?? null)),
  ]);
  return [
    'Luma SSIM of what Chromium shows against the X server’s picture',
    formatTable([
      ['', 'frames', 'mean', 'min'],
      ['still text', '1', formatNumber(stillSsim, 4), formatNumber(stillSsim, 4)],
      [
        'full motion',
        `${motionSsim.count}`,
        formatNumber(motionSsim.mean, 4),
        formatNumber(motionSsim.min, 4),
      ],
    ]),
    '',
    `CPU, percent of one core; full motion at ${formatNumber(result.motionFramesPerSecond)} different frames a second`,
    formatTable([['', ...groups], ...cpuRows]),
    '',
    formatTargets(targetsOf(result)),
    ...formatDisturbance(Object.values(cpuPercent)),
  ].join('\n');
}

await BenchStage.with(async (stage) => {
  const result = await measure(stage);
  const report = { benchmark: 'quality', targets: targetsOf(result), result };
  process.stdout.write(
    values.json ? `${JSON.stringify(report, null, 2)}\n` : `${format(result)}\n`,
  );
});
