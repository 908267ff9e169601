import assert from 'node:assert/strict';

import { beforeEach, describe, it } from 'mocha';

import { ClockSync } from '../../../client/src/media/clock-sync.js';
import { ViewerMeter } from '../../../client/src/session/viewer-meter.js';
import { sampleMessage } from '../pipeline/media-messages.js';

describe('the meter of a viewer', () => {
  let nowMs: number;
  let clock: ClockSync;
  let meter: ViewerMeter;

  beforeEach(() => {
    nowMs = 10_000;
    clock = new ClockSync();
    meter = new ViewerMeter(clock, () => nowMs);
    compareClocks(0);
  });

  /** @param hostAheadMs by how much the media host's clock is ahead of the page's */
  const compareClocks = (hostAheadMs: number): void =>
    clock.take(nowMs - 20, nowMs - 10 + hostAheadMs, nowMs);

  const receive = (gap: boolean, sizeBytes: number): void =>
    meter.received(sampleMessage({ gap }, sizeBytes).message);

  /** A first picture, and time enough for everything captured afterwards to count. */
  const showFirst = (): void => {
    meter.shown(null);
    nowMs += 1000;
  };

  it('counts frames and bits of the time since the last reading', () => {
    for (let at = 0; at < 60; at += 1) meter.shown(null);
    for (let at = 0; at < 10; at += 1) receive(false, 25_000);
    nowMs += 2000;
    const { framesPerSecond, bitrateKbps } = meter.read();
    assert.equal(framesPerSecond, 30);
    assert.equal(bitrateKbps, 1000);
    nowMs += 1000;
    assert.equal(meter.read().framesPerSecond, 0);
  });

  it('leaves out what was captured before the first picture showed', () => {
    meter.shown(nowMs - 400);
    nowMs += 50;
    meter.shown(nowMs - 300);
    nowMs += 1000;
    assert.equal(meter.read().latencyMs, null);
  });

  it('gives the median of the latencies', () => {
    showFirst();
    for (const latencyMs of [30, 500, 40, 35, 38]) meter.shown(nowMs - latencyMs);
    nowMs += 1000;
    assert.equal(meter.read().latencyMs, 38);
  });

  it('keeps the last latency known while the screen stands still', () => {
    showFirst();
    meter.shown(nowMs - 40);
    nowMs += 1000;
    meter.read();
    nowMs += 1000;
    assert.equal(meter.read().latencyMs, 40);
  });

  it('shows no negative latency, which only a clock not yet in step would give', () => {
    showFirst();
    meter.shown(nowMs + 100);
    nowMs += 1000;
    assert.equal(meter.read().latencyMs, 0);
  });

  for (const hostAheadMs of [300_000, -300_000]) {
    it(`measures with clocks ${hostAheadMs / 1000} s apart, from the moment it knows`, () => {
      clock = new ClockSync();
      meter = new ViewerMeter(clock, () => nowMs);
      const show = (latencyMs: number): void => meter.shown(nowMs + hostAheadMs - latencyMs);
      show(700);
      nowMs += 500;
      show(40);
      nowMs += 500;
      assert.equal(meter.read().latencyMs, null);
      compareClocks(hostAheadMs);
      show(40);
      nowMs += 500;
      assert.equal(meter.read().latencyMs, 40);
    });

    it(`leaves out the wait of joining also with clocks ${hostAheadMs / 1000} s apart`, () => {
      clock = new ClockSync();
      meter = new ViewerMeter(clock, () => nowMs);
      meter.shown(null);
      nowMs += 50;
      compareClocks(hostAheadMs);
      meter.shown(nowMs + hostAheadMs - 51);
      assert.equal(meter.read().latencyMs, null);
      meter.shown(nowMs + hostAheadMs - 49);
      assert.equal(meter.read().latencyMs, 49);
    });
  }

  it('counts gaps since the beginning', () => {
    receive(true, 1);
    nowMs += 1000;
    assert.equal(meter.read().gaps, 1);
    receive(true, 1);
    receive(false, 1);
    nowMs += 1000;
    assert.equal(meter.read().gaps, 2);
  });
});
