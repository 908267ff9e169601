import assert from 'node:assert/strict';

import { beforeEach, describe, it } from 'mocha';

import { KeyFrameSchedule } from '../../../media-host/pipeline/key-frame-schedule.js';
import { FakeClock } from '../fake-clock.js';

/** Node's timers count whole milliseconds of a clock of their own, and may fire a moment early. */
class HastyClock extends FakeClock {
  override schedule(delayMs: number, run: () => void): () => void {
    return super.schedule(Math.max(0, delayMs - 0.9), run);
  }
}

describe('the key frame schedule', () => {
  let clock: FakeClock;
  let due: number[];
  let schedule: KeyFrameSchedule;

  beforeEach(() => {
    clock = new FakeClock();
    due = [];
    schedule = new KeyFrameSchedule(() => due.push(clock.now()), clock);
    clock.advance(5000);
  });

  it('begins with a key frame', () => {
    assert.equal(schedule.isDue(), true);
    schedule.made();
    assert.equal(schedule.isDue(), false);
  });

  it('answers a request at once when the last key frame is old enough', () => {
    schedule.made();
    clock.advance(1000);
    schedule.request();
    clock.advance(0);
    assert.deepEqual(due, [6000]);
    assert.equal(schedule.isDue(), true);
  });

  it('answers any number of requests with one key frame, a second after the last', () => {
    schedule.made();
    for (let viewer = 0; viewer < 50; viewer += 1) {
      schedule.request();
      clock.advance(10);
    }
    assert.equal(schedule.isDue(), false);
    clock.advance(499);
    assert.deepEqual(due, []);
    clock.advance(1);
    assert.deepEqual(due, [6000]);
    assert.equal(schedule.isDue(), true);
    schedule.made();
    clock.advance(10_000);
    assert.deepEqual(due, [6000]);
    assert.equal(schedule.isDue(), false);
  });

  it('makes at most one a second for viewers who never stop asking', () => {
    schedule.made();
    let keyFrames = 0;
    for (let elapsedMs = 0; elapsedMs < 10_000; elapsedMs += 20) {
      schedule.request();
      clock.advance(20);
      if (!schedule.isDue()) continue;
      schedule.made();
      keyFrames += 1;
    }
    assert.equal(keyFrames, 10);
  });

  it('makes its key frame also when the timer that asks for the picture is early', () => {
    clock = new HastyClock();
    schedule = new KeyFrameSchedule(() => due.push(clock.now()), clock);
    schedule.made();
    schedule.request();
    clock.advance(999.5);
    assert.equal(due.length, 1);
    assert.equal(schedule.isDue(), true);
    schedule.made();
    assert.equal(schedule.isDue(), false);
  });

  it('does not ask for a picture when the next one became the key frame by itself', () => {
    schedule.made();
    clock.advance(1000);
    schedule.request();
    assert.equal(schedule.isDue(), true);
    schedule.made();
    clock.advance(10_000);
    assert.deepEqual(due, []);
  });

  it('lets no group of pictures grow longer than 20 s', () => {
    schedule.made();
    clock.advance(19_999);
    assert.equal(schedule.isDue(), false);
    clock.advance(1);
    assert.equal(schedule.isDue(), true);
    // Nobody asked: a screen that stands still needs none.
    assert.deepEqual(due, []);
  });

  it('starts afresh after a pause', () => {
    schedule.made();
    schedule.reset();
    assert.equal(schedule.isDue(), true);
    schedule.made();
    assert.equal(schedule.isDue(), false);
  });
});
