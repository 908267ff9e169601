import { ageMs } from './barcode.js';
import type { FrameReport, SeenFrame } from './page-api.js';
import { type Summary, median, summarise } from './statistics.js';

/** A gap between two different frames that a person sees as a freeze, ms. */
export const freezeMs = 200;

export interface LatencyAnalysis {
  /** From drawing on the desktop to the video frame callback in the page, ms. */
  readonly latencyMs: Summary;
  readonly uniqueFramesPerSecond: number;
  /** Gaps above {@link freezeMs}. */
  readonly freezes: number;
  readonly longestGapMs: number;
  /** Frames whose barcode could not be read. */
  readonly unreadable: number;
}

export function latencyOf(frame: SeenFrame): number {
  return ageMs(frame.stamp, frame.shownAtMs);
}

export function analyseFrames(report: FrameReport): LatencyAnalysis {
  const { frames, startedAtMs, endedAtMs, unreadable } = report;
  const times = [startedAtMs, ...frames.map((frame) => frame.shownAtMs), endedAtMs];
  const gaps = times.slice(1).map((time, at) => time - (times[at] ?? time));
  return {
    latencyMs: summarise(frames.map(latencyOf)),
    uniqueFramesPerSecond: frames.length / ((endedAtMs - startedAtMs) / 1000),
    freezes: gaps.filter((gap) => gap > freezeMs).length,
    longestGapMs: Math.max(...gaps),
    unreadable,
  };
}

/** What was seen in a part of a run. */
export function partOf(report: FrameReport, fromMs: number, toMs: number): FrameReport {
  const frames = report.frames.filter((one) => one.shownAtMs >= fromMs && one.shownAtMs < toMs);
  return { ...report, startedAtMs: fromMs, endedAtMs: toMs, frames };
}

/**
 * How long after a moment frames began to be as wanted, and then were for `lastingMs` without a break.
 * @returns ms; null when that did not come
 */
export function timeUntilLasting(
  frames: readonly SeenFrame[],
  sinceMs: number,
  lastingMs: number,
  isWanted: (frame: SeenFrame) => boolean,
): number | null {
  let beganAtMs: number | null = null;
  for (const frame of frames) {
    if (frame.shownAtMs < sinceMs) continue;
    if (!isWanted(frame)) beganAtMs = null;
    else beganAtMs ??= frame.shownAtMs;
    if (beganAtMs !== null && frame.shownAtMs - beganAtMs >= lastingMs) return beganAtMs - sinceMs;
  }
  return null;
}

/** Latencies of the first and of the last part of a long run, ms. */
export interface Growth {
  readonly first: Summary;
  readonly last: Summary;
}

/** @param partMs length of each part */
export function analyseGrowth(report: FrameReport, partMs: number): Growth {
  const { frames, startedAtMs, endedAtMs } = report;
  const first = frames.filter((frame) => frame.shownAtMs < startedAtMs + partMs);
  const last = frames.filter((frame) => frame.shownAtMs >= endedAtMs - partMs);
  return { first: summarise(first.map(latencyOf)), last: summarise(last.map(latencyOf)) };
}

export interface SoundAnalysis {
  /** From the desktop's sink to the browser's, ms. */
  readonly latencyMs: Summary;
  /** Sound's latency minus that of the picture at the same moment, ms: positive when sound is late. */
  readonly skewMs: Summary;
  /** Beeps played that were not heard. */
  readonly lost: number;
}

/** Beeps come a second apart; later than this is another one's. */
const longestSoundLatencyMs = 900;
/** Frames drawn this much before or after a beep count as drawn with it. */
const sameMomentMs = 250;

/**
 * Compares when beeps were played on the desktop and heard at the browser with when frames drawn
 * in the same moments were seen.
 * @param played wall-clock times, ms
 * @param heard wall-clock times, ms
 */
export function analyseSound(
  report: FrameReport,
  played: readonly number[],
  heard: readonly number[],
): SoundAnalysis {
  const during = played.filter(
    (time) => time >= report.startedAtMs && time < report.endedAtMs - longestSoundLatencyMs,
  );
  const latencies: number[] = [];
  const skews: number[] = [];
  for (const playedAtMs of during) {
    const heardAtMs = heard.find(
      (time) => time >= playedAtMs && time - playedAtMs < longestSoundLatencyMs,
    );
    if (heardAtMs === undefined) continue;
    latencies.push(heardAtMs - playedAtMs);
    const pictures = report.frames
      .filter((frame) => Math.abs(ageMs(frame.stamp, playedAtMs)) < sameMomentMs)
      .map(latencyOf);
    if (pictures.length > 0) skews.push(heardAtMs - playedAtMs - median(pictures));
  }
  return {
    latencyMs: summarise(latencies),
    skewMs: summarise(skews),
    lost: during.length - latencies.length,
  };
}
