import { setTimeout as delay } from 'node:timers/promises';

import type { TestPage } from '../../tools/browsers/test-page.js';
import {
  type Growth,
  type LatencyAnalysis,
  type SoundAnalysis,
  analyseFrames,
  analyseGrowth,
  analyseSound,
} from '../../tools/latency-analysis.js';
import { callProbe } from '../../tools/probe.js';
import { CpuMeter, type CpuShares } from '../../tools/processes.js';
import { roomVideo } from '../../tools/room.js';
import { desktopSize } from '../stage.js';

/** One run of one player in one browser. */
export interface LatencyResult extends LatencyAnalysis {
  /** `chromium`, `firefox` or `baseline in chromium`. */
  readonly name: string;
  readonly browserVersion: string;
  readonly seconds: number;
  /** Null where there is no sound. */
  readonly sound: SoundAnalysis | null;
  /** First against last minute; null for runs shorter than three. */
  readonly growth: Growth | null;
  readonly cpuPercent: CpuShares;
}

/** Where beeps are noted, at both ends. */
export interface Ears {
  readonly played: readonly number[];
  readonly heard: readonly number[];
}

/** Given to a player to find the live edge before it is measured, ms. */
const warmUpMs = 5000;
const growthPartMs = 60_000;

/** Measures a page that already plays. */
export async function measureLatency(
  run: { readonly name: string; readonly browserVersion: string; readonly seconds: number },
  page: TestPage,
  ears: Ears | null,
): Promise<LatencyResult> {
  await delay(warmUpMs);
  const cpu = new CpuMeter();
  await callProbe(page, 'startFrames', roomVideo, desktopSize.width);
  await delay(run.seconds * 1000);
  const report = await callProbe(page, 'stopFrames');
  return {
    ...run,
    ...analyseFrames(report),
    sound: ears && analyseSound(report, ears.played, ears.heard),
    growth: run.seconds * 1000 < 3 * growthPartMs ? null : analyseGrowth(report, growthPartMs),
    cpuPercent: cpu.read(),
  };
}
