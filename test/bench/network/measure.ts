import { setTimeout as delay } from 'node:timers/promises';

import type { TestPage } from '../../tools/browsers/test-page.js';
import {
  type LatencyAnalysis,
  analyseFrames,
  latencyOf,
  partOf,
  timeUntilLasting,
} from '../../tools/latency-analysis.js';
import { bothWays } from '../../tools/network/link-conditions.js';
import type { LinkState } from '../../tools/network/link-messages.js';
import type { WholeIpLink } from '../../tools/network/whole-ip-link.js';
import type { FrameReport, SeenFrame } from '../../tools/page-api.js';
import { callProbe } from '../../tools/probe.js';
import { CpuMeter, type CpuShares } from '../../tools/processes.js';
import { roomVideo } from '../../tools/room.js';
import { desktopSize } from '../stage.js';

import type { NetworkCase } from './cases.js';

export type PlayerName = 'ours' | 'baseline';

/** What a page showed over a link. */
export interface NetworkFigures extends LatencyAnalysis {
  /** From the click that joins, or from opening the baseline's page, to the first frame, ms. */
  readonly firstFrameMs: number;
  /** Share of the frames that were the main rendition's, 0 to 1. */
  readonly mainShare: number;
  /** From the end of a step to frames as young as before it, for good, ms; null when that did not come. */
  readonly backToLiveMs: number | null;
  /** From the end of a step to the main rendition, for good, ms. */
  readonly backToMainMs: number | null;
  /** How the page says that media reaches it. */
  readonly path: string;
  readonly link: Pick<LinkState, 'aToB' | 'bToA'>;
  readonly cpuPercent: CpuShares;
}

export interface NetworkResult {
  readonly name: string;
  readonly player: PlayerName;
  readonly seconds: number;
  /** Null when no picture came, or the page broke. */
  readonly figures: NetworkFigures | null;
  readonly failure: string | null;
}

/** Given to a player to fit itself to the link before it is measured, ms. */
const warmUpMs = 3000;
/** Older than before a step by more than this is not live, ms. */
const liveMarginMs = 100;
/** What is back for less is not back. */
const lastingMs = 2000;

/** How a page comes to show the picture. */
export interface Player {
  readonly name: PlayerName;
  /**
   * Opens the page and waits for its first frame.
   * @param onLoaded to be awaited when the page is loaded and media is to come
   * @returns ms to the first frame
   */
  readonly open: (page: TestPage, onLoaded: () => Promise<unknown>) => Promise<number>;
}

/** Shows the picture over the link of a case for `seconds`; the page itself is loaded without hindrance. */
export async function measureNetwork(
  one: NetworkCase,
  player: Player,
  page: TestPage,
  link: WholeIpLink,
  seconds: number,
): Promise<NetworkFigures> {
  const firstFrameMs = await player.open(page, () => link.change(one.link));
  await delay(warmUpMs);
  const before = await link.look();
  const cpu = new CpuMeter();
  await callProbe(page, 'startFrames', roomVideo, desktopSize.width);
  const step = await passTime(one, link, seconds);
  const report = await callProbe(page, 'stopFrames');
  const after = await link.look();
  const measured = step ? partOf(report, step.fromMs, report.endedAtMs) : report;
  return {
    ...analyseFrames(measured),
    ...analyseStep(report, step),
    firstFrameMs,
    mainShare: measured.frames.filter(isMain).length / measured.frames.length,
    path: await pathOf(page),
    link: difference(before, after),
    cpuPercent: cpu.read(),
  };
}

/** When the link got worse, and when it was itself again, wall-clock ms. */
interface StepTimes {
  readonly fromMs: number;
  readonly toMs: number;
}

async function passTime(
  { link: usual, step }: NetworkCase,
  link: WholeIpLink,
  seconds: number,
): Promise<StepTimes | null> {
  if (!step) {
    await delay(seconds * 1000);
    return null;
  }
  await delay(step.beforeSeconds * 1000);
  await link.change(step.during);
  const fromMs = Date.now();
  await delay(seconds * 1000);
  await link.change(usual);
  const toMs = Date.now();
  await delay(step.afterSeconds * 1000);
  return { fromMs, toMs };
}

function analyseStep(
  report: FrameReport,
  step: StepTimes | null,
): Pick<NetworkFigures, 'backToLiveMs' | 'backToMainMs'> {
  if (!step) return { backToLiveMs: null, backToMainMs: null };
  const usual = analyseFrames(partOf(report, report.startedAtMs, step.fromMs)).latencyMs.p50;
  const isLive = (frame: SeenFrame): boolean => latencyOf(frame) <= usual + liveMarginMs;
  return {
    backToLiveMs: timeUntilLasting(report.frames, step.toMs, lastingMs, isLive),
    backToMainMs: timeUntilLasting(report.frames, step.toMs, lastingMs, isMain),
  };
}

function isMain(frame: SeenFrame): boolean {
  return frame.width === desktopSize.width;
}

/** The last word of the room's line of statistics; the baseline has none. */
async function pathOf(page: TestPage): Promise<string> {
  const line = String(
    await page.evaluate(`document.querySelector('[data-testid="stats"]')?.innerText ?? ''`),
  );
  return line.split('·').at(-1)?.trim() || 'WebSocket';
}

function difference(before: LinkState, after: LinkState): Pick<LinkState, 'aToB' | 'bToA'> {
  const [aToB, bToA] = (['aToB', 'bToA'] as const).map((way) => ({
    carried: after[way].carried - before[way].carried,
    carriedBytes: after[way].carriedBytes - before[way].carriedBytes,
    lost: after[way].lost - before[way].lost,
    queueDrops: after[way].queueDrops - before[way].queueDrops,
    unaddressed: after[way].unaddressed - before[way].unaddressed,
  }));
  return { aToB: aToB!, bToA: bToA! };
}

/** Lets a link carry again what has to be said at the end. */
export async function clearLink(link: WholeIpLink): Promise<void> {
  await link.change(bothWays({}));
}
