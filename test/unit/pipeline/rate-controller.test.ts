import assert from 'node:assert/strict';

import { afterEach, beforeEach, describe, it } from 'mocha';

import { RateController } from '../../../media-host/pipeline/rate-controller.js';
import { FakeClock } from '../fake-clock.js';

const bounds = { min: 1500, start: 6000, max: 6000 };

describe('the bitrate of a rendition', () => {
  let clock: FakeClock;
  let changes: number[];
  let controller: RateController;

  beforeEach(() => {
    clock = new FakeClock();
    changes = [];
    controller = new RateController(bounds, (bitrateKbps) => changes.push(bitrateKbps), clock);
  });

  afterEach(() => {
    controller.close();
    assert.equal(clock.pending, 0);
  });

  const take = (wanting: number, suffering: number): void =>
    controller.take({ receiving: wanting, wanting, suffering });

  it('stays while nobody suffers, and while half do', () => {
    take(10, 0);
    take(10, 5);
    clock.advance(60_000);
    assert.deepEqual(changes, []);
  });

  it('goes down by steps while more than half suffer, to its lower bound', () => {
    take(10, 6);
    assert.deepEqual(changes, [4500]);
    clock.advance(1499);
    assert.deepEqual(changes, [4500]);
    clock.advance(1);
    assert.deepEqual(changes, [4500, 3375]);
    clock.advance(60_000);
    assert.deepEqual(changes, [4500, 3375, 2531, 1898, 1500]);
  });

  it('goes down no faster however often it is told', () => {
    for (let at = 0; at < 10; at += 1) {
      take(10, 6 + (at % 2));
      clock.advance(100);
    }
    assert.deepEqual(changes, [4500]);
  });

  it('stays low while some suffer, and goes up when the last step has proved right', () => {
    take(2, 2);
    take(4, 2);
    clock.advance(60_000);
    assert.deepEqual(changes, [4500]);
    take(2, 2);
    take(2, 0);
    clock.advance(5999);
    assert.deepEqual(changes, [4500, 3375]);
    clock.advance(1);
    assert.deepEqual(changes, [4500, 3375, 4050]);
    clock.advance(60_000);
    assert.deepEqual(changes, [4500, 3375, 4050, 4860, 5832, 6000]);
  });

  it('goes up a step in three seconds', () => {
    take(1, 1);
    take(1, 0);
    clock.advance(6000);
    assert.deepEqual(changes, [4500, 5400]);
    clock.advance(2999);
    assert.equal(changes.length, 2);
    clock.advance(1);
    assert.deepEqual(changes, [4500, 5400, 6000]);
  });

  it('is what it was at first for those who come when nobody was left', () => {
    take(1, 1);
    take(0, 0);
    assert.deepEqual(changes, [4500, 6000]);
    clock.advance(60_000);
    assert.equal(controller.bitrateKbps, 6000);
  });
});
