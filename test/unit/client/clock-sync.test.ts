import assert from 'node:assert/strict';

import { beforeEach, describe, it } from 'mocha';

import { ClockSync } from '../../../client/src/media/clock-sync.js';

/** The host's clock minus the page's. */
const offsetMs = 5000;

describe('the host’s clock as the page knows it', () => {
  let clock: ClockSync;

  beforeEach(() => {
    clock = new ClockSync();
  });

  /** A ping that takes its time each way; the host answers at once. */
  function ping(sentMs: number, thereMs: number, backMs: number): void {
    clock.take(sentMs, sentMs + thereMs + offsetMs, sentMs + thereMs + backMs);
  }

  it('is the page’s own before the first answer', () => {
    assert.equal(clock.hostTimeMs(1234), 1234);
    assert.equal(clock.roundTripMs, null);
  });

  it('is exact when both ways take equally long', () => {
    ping(1000, 40, 40);
    assert.equal(clock.hostTimeMs(2000), 2000 + offsetMs);
    assert.equal(clock.roundTripMs, 80);
  });

  it('is taken from the quickest of the last answers', () => {
    ping(1000, 10, 10);
    ping(2000, 10, 300);
    ping(3000, 200, 20);
    assert.equal(clock.hostTimeMs(0), offsetMs);
    assert.equal(clock.roundTripMs, 20);
  });

  it('is off by at most half of the quickest round trip', () => {
    ping(1000, 0, 30);
    assert.equal(Math.abs(clock.hostTimeMs(0) - offsetMs), 15);
  });

  it('follows a network that became slower', () => {
    ping(1000, 1, 1);
    for (let at = 0; at < 24; at += 1) ping(2000 + at, 50, 50);
    assert.equal(clock.roundTripMs, 100);
  });

  it('ignores an answer to a ping that was never sent', () => {
    clock.take(5000, 0, 4000);
    assert.equal(clock.roundTripMs, null);
  });
});
