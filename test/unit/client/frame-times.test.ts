import assert from 'node:assert/strict';

import { describe, it } from 'mocha';

import { FrameTimes } from '../../../client/src/media/video/frame-times.js';

const frameSeconds = 1 / 30;

describe('the times of buffered frames', () => {
  it('are found by the time of a shown frame, within half a frame', () => {
    const times = new FrameTimes();
    for (let at = 0; at < 10; at += 1) times.add(at * frameSeconds, 1000 + at);
    for (let at = 0; at < 10; at += 1) {
      // Browsers round what they report to microseconds.
      const reported = Math.floor(at * frameSeconds * 1e6) / 1e6;
      assert.equal(times.captureTimeOf(reported, frameSeconds / 2), 1000 + at);
    }
    assert.equal(times.captureTimeOf(10 * frameSeconds, frameSeconds / 2), null);
  });

  it('are those of the newest frame where a time was used again', () => {
    const times = new FrameTimes();
    times.add(1, 100);
    times.add(1, 200);
    assert.equal(times.captureTimeOf(1, 0.01), 200);
  });

  it('are kept for a bounded number of frames', () => {
    const times = new FrameTimes();
    for (let at = 0; at < 300; at += 1) times.add(at, at);
    assert.equal(times.captureTimeOf(299, 0.1), 299);
    assert.equal(times.captureTimeOf(44, 0.1), 44);
    assert.equal(times.captureTimeOf(43, 0.1), null);
  });

  it('are forgotten with the buffer', () => {
    const times = new FrameTimes();
    times.add(1, 100);
    times.clear();
    assert.equal(times.captureTimeOf(1, 0.1), null);
  });
});
