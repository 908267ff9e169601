import assert from 'node:assert/strict';

import { describe, it } from 'mocha';

import { stampOf } from '../tools/barcode.js';
import {
  analyseFrames,
  analyseGrowth,
  analyseSound,
  latencyOf,
  partOf,
  timeUntilLasting,
} from '../tools/latency-analysis.js';
import type { FrameReport } from '../tools/page-api.js';
import { groupOf } from '../tools/processes.js';

const startMs = 1_763_813_397_000;

/** Frames every `intervalMs` for `seconds`, each seen `latencyMs` after it was drawn. */
function report(
  seconds: number,
  latencyMs: (drawnAtMs: number) => number,
  intervalMs = 33,
): FrameReport {
  const count = Math.floor((seconds * 1000) / intervalMs);
  const frames = Array.from({ length: count }, (_, at) => {
    const shownAtMs = startMs + (at + 1) * intervalMs;
    return { stamp: stampOf(shownAtMs - latencyMs(shownAtMs)), shownAtMs, width: 1280 };
  });
  return { startedAtMs: startMs, endedAtMs: startMs + seconds * 1000, frames, unreadable: 0 };
}

describe('latency analysis', () => {
  it('tells latency and unique frames a second', () => {
    const analysis = analyseFrames(report(10, () => 40));
    assert.equal(analysis.latencyMs.p50, 40);
    assert.equal(analysis.latencyMs.max, 40);
    assert.equal(analysis.uniqueFramesPerSecond, 30.3);
    assert.equal(analysis.freezes, 0);
  });

  it('counts a gap of more than 200 ms between frames as a freeze', () => {
    const smooth = report(10, () => 40);
    const frames = smooth.frames.filter((_, at) => at < 100 || at >= 107);
    const analysis = analyseFrames({ ...smooth, frames });
    assert.equal(analysis.freezes, 1);
    assert.equal(analysis.longestGapMs, 8 * 33);
  });

  it('counts silence from the last frame to the end of the run as a freeze', () => {
    const smooth = report(10, () => 40);
    const analysis = analyseFrames({ ...smooth, frames: smooth.frames.slice(0, 100) });
    assert.equal(analysis.freezes, 1);
    assert.ok(analysis.longestGapMs > 6000);
  });

  it('compares the first part of a run with the last', () => {
    const growing = report(100, (time) => (time < startMs + 50_000 ? 40 : 90));
    const growth = analyseGrowth(growing, 10_000);
    assert.deepEqual([growth.first.p50, growth.last.p50], [40, 90]);
  });

  it('looks at a part of a run as at a run of its own', () => {
    const growing = report(20, (time) => (time < startMs + 10_000 ? 40 : 90));
    const part = analyseFrames(partOf(growing, startMs + 10_000, startMs + 15_000));
    assert.deepEqual([part.latencyMs.min, part.latencyMs.max], [90, 90]);
    assert.ok(Math.abs(part.uniqueFramesPerSecond - 30.3) < 0.3);
  });

  it('tells when frames came to be as wanted and stayed so', () => {
    const latency = (time: number): number => {
      const sinceMs = time - startMs;
      // Short of what is wanted until 4 s, and once more from 5 to 5.5 s.
      return sinceMs < 4000 || (sinceMs >= 5000 && sinceMs < 5500) ? 500 : 40;
    };
    const { frames } = report(10, latency);
    const within = (lastingMs: number): number | null =>
      timeUntilLasting(frames, startMs + 3000, lastingMs, (one) => latencyOf(one) < 100);
    assert.ok(Math.abs((within(500) ?? NaN) - 1000) < 40);
    assert.ok(Math.abs((within(2000) ?? NaN) - 2500) < 40);
    assert.equal(within(20_000), null);
  });

  it('tells how much later sound comes than the picture of the same moment', () => {
    const played = [startMs + 1000, startMs + 2000, startMs + 3000];
    const heard = played.map((time) => time + 70);
    const analysis = analyseSound(
      report(10, () => 40),
      played,
      heard,
    );
    assert.equal(analysis.latencyMs.p50, 70);
    assert.ok(Math.abs(analysis.skewMs.p50 - 30) < 1);
    assert.equal(analysis.lost, 0);
  });

  it('counts beeps that were never heard', () => {
    const played = [startMs + 1000, startMs + 2000];
    const analysis = analyseSound(
      report(10, () => 40),
      played,
      [startMs + 2060],
    );
    assert.equal(analysis.lost, 1);
    assert.equal(analysis.latencyMs.count, 1);
  });
});

describe('process groups', () => {
  const lines: readonly (readonly [string, string])[] = [
    ['node --enable-source-maps /srv/app/dist/media-host/pipeline/main.js', 'pipeline'],
    ['node --enable-source-maps /srv/app/dist/media-host/fan-out/main.js', 'fan-out'],
    ['node /srv/app/dist/media-host/host/main.js', 'media-host'],
    ['Xvnc :5 -geometry 1280x720', 'Xvnc'],
    ['/usr/bin/firefox-esr --headless', 'browser'],
    ['/usr/lib/chromium/chromium --type=renderer', 'browser'],
    ['/usr/lib/firefox-esr/firefox-esr -contentproc', 'browser'],
    ['node /srv/app/dist/test/bench/latency/main.js --browser chromium', 'bench'],
    ['xfwm4 --compositor=off', 'desktop'],
    ['bash', 'other'],
  ];
  for (const [line, group] of lines) {
    it(`counts ${line} as ${group}`, () => {
      assert.equal(groupOf(line), group);
    });
  }
});
