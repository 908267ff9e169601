import assert from 'node:assert/strict';

import { beforeEach, describe, it } from 'mocha';

import { RateMeter } from '../../../media-host/fan-out/rate-meter.js';

describe('the rate of a stream', () => {
  let meter: RateMeter;

  beforeEach(() => {
    meter = new RateMeter();
  });

  /** Messages of 12,500 bytes, ten a second: a megabit. */
  function megabit(fromMs: number, untilMs: number): void {
    for (let nowMs = fromMs; nowMs <= untilMs; nowMs += 100) meter.add(12_500, nowMs);
  }

  it('is not known at first', () => {
    meter.add(100_000, 5000);
    assert.equal(meter.kbps, 0);
  });

  it('is that of the last whole second', () => {
    megabit(5000, 6000);
    assert.equal(meter.kbps, 1000);
    meter.add(250_000, 6500);
    assert.equal(meter.kbps, 1000);
    meter.add(1, 7000);
    assert.equal(meter.kbps, 2100);
  });

  it('stays what it was when the stream pauses', () => {
    megabit(0, 1000);
    meter.add(100, 60_000);
    assert.equal(meter.kbps, 1000);
    megabit(60_000, 61_000);
    assert.ok(Math.abs(meter.kbps - 1000) < 2);
  });
});
