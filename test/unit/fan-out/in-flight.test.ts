import assert from 'node:assert/strict';

import { beforeEach, describe, it } from 'mocha';

import { InFlight } from '../../../media-host/fan-out/in-flight.js';

const budgetBytes = 192 * 1024;

describe('the pictures on their way to a page', () => {
  let inFlight: InFlight;

  beforeEach(() => {
    inFlight = new InFlight();
  });

  /** A page that acknowledges, over a path of this round trip. */
  function acknowledging(delayMs: number, nowMs = 0): void {
    inFlight.add(0, 1, nowMs);
    inFlight.acknowledge(0, nowMs + delayMs);
  }

  it('are those that it has not acknowledged', () => {
    inFlight.add(1, 1000, 0);
    inFlight.add(2, 2000, 30);
    inFlight.add(3, 4000, 60);
    assert.equal(inFlight.sizeBytes, 7000);
    assert.equal(inFlight.acknowledge(2, 80), 50);
    assert.equal(inFlight.sizeBytes, 4000);
    assert.equal(inFlight.ageMs(100), 40);
    assert.equal(inFlight.acknowledge(3, 110), 50);
    assert.equal(inFlight.sizeBytes, 0);
    assert.equal(inFlight.ageMs(1000), 0);
  });

  it('stay the same when a page acknowledges what is not among them', () => {
    inFlight.add(5, 1000, 0);
    assert.equal(inFlight.acknowledge(4, 10), null);
    assert.equal(inFlight.acknowledge(6, 10), null);
    assert.equal(inFlight.sizeBytes, 1000);
    assert.equal(inFlight.baseDelayMs, 0);
  });

  it('are too many above a number of bytes', () => {
    acknowledging(0);
    inFlight.add(1, budgetBytes, 0);
    assert.equal(inFlight.isOverBudget(0), false);
    inFlight.add(2, 1, 0);
    assert.equal(inFlight.isOverBudget(0), true);
  });

  it('may be more bytes on a longer path', () => {
    acknowledging(200);
    inFlight.add(1, budgetBytes + 150_000, 200);
    assert.equal(inFlight.isOverBudget(200), false);
    inFlight.add(2, 1, 200);
    assert.equal(inFlight.isOverBudget(200), true);
  });

  it('are too old 700 ms after they could have been acknowledged', () => {
    acknowledging(100);
    inFlight.add(1, 10, 1000);
    assert.equal(inFlight.isOverBudget(1800), false);
    assert.equal(inFlight.isOverBudget(1801), true);
  });

  it('are not too old while a page has no way to acknowledge yet', () => {
    assert.equal(inFlight.isAcknowledged, false);
    inFlight.add(1, budgetBytes, 0);
    assert.equal(inFlight.isOverBudget(60_000), false);
    inFlight.add(2, 1, 0);
    assert.equal(inFlight.isOverBudget(0), true);
    inFlight.acknowledge(1, 10);
    assert.equal(inFlight.isAcknowledged, true);
  });

  it('are few enough for a fresh start at a quarter of the bytes', () => {
    acknowledging(0);
    inFlight.add(1, budgetBytes, 0);
    inFlight.add(2, budgetBytes / 4, 0);
    assert.equal(inFlight.isDrained(0), false);
    inFlight.acknowledge(1, 0);
    assert.equal(inFlight.isDrained(0), true);
  });

  it('are no reason for a fresh start while even one of them is late', () => {
    acknowledging(100);
    inFlight.add(1, 10, 1000);
    assert.equal(inFlight.isDrained(1275), true);
    assert.equal(inFlight.isDrained(1276), false);
  });

  it('are forgotten when nothing more is heard of them', () => {
    inFlight.add(1, 1000, 0);
    inFlight.clear();
    assert.equal(inFlight.sizeBytes, 0);
    assert.equal(inFlight.acknowledge(1, 10), null);
  });

  it('tell the delay of the empty path: the shortest of the last twenty to forty seconds', () => {
    acknowledging(80);
    acknowledging(40, 1000);
    acknowledging(300, 2000);
    assert.equal(inFlight.baseDelayMs, 40);
    acknowledging(120, 21_000);
    assert.equal(inFlight.baseDelayMs, 40);
    acknowledging(120, 42_000);
    assert.equal(inFlight.baseDelayMs, 120);
  });

  it('are bounded in number, the oldest is forgotten first', () => {
    for (let sequence = 1; sequence <= 600; sequence += 1) inFlight.add(sequence, 1, 0);
    assert.equal(inFlight.sizeBytes, 512);
    assert.equal(inFlight.acknowledge(88, 1), null);
    assert.equal(inFlight.acknowledge(89, 1), 1);
  });
});
