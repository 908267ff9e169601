import assert from 'node:assert/strict';

import { describe, it } from 'mocha';

import {
  leastLoaded,
  neededFanOuts,
  placeFor,
  type FanOutLoad,
} from '../../../media-host/host/fan-out-placement.js';

const running = (viewerCount: number): FanOutLoad => ({ viewerCount, isRunning: true });
const starting: FanOutLoad = { viewerCount: 0, isRunning: false };

describe('placement of viewers', () => {
  it('needs one process for nobody, and another before the first is full', () => {
    const needed = [0, 1, 54, 55, 60, 114, 115, 200].map((count) => neededFanOuts(count, 60));
    assert.deepEqual(needed, [1, 1, 1, 2, 2, 2, 3, 4]);
  });

  it('does not open processes without end', () => {
    assert.equal(neededFanOuts(200, 1), 8);
  });

  it('takes the least loaded process, the oldest of equal ones', () => {
    const loads = [running(9), running(4), running(4)];
    assert.equal(placeFor(loads, 3, 60), loads[1]);
  });

  it('leaves processes the room does not need alone, so that they drain', () => {
    const loads = [running(20), running(3)];
    assert.equal(placeFor(loads, 1, 60), loads[0]);
  });

  it('passes over processes that do not run', () => {
    const loads = [starting, running(7)];
    assert.equal(placeFor(loads, 1, 60), loads[1]);
    assert.equal(placeFor([starting], 1, 60), null);
  });

  it('finds no place where all that run are full', () => {
    const loads = [running(60), running(61), starting];
    assert.equal(placeFor(loads, 3, 60), null);
    assert.equal(leastLoaded(loads.filter(({ isRunning }) => isRunning)), loads[0]);
    assert.equal(leastLoaded([]), null);
  });
});
