import assert from 'node:assert/strict';

import { describe, it } from 'mocha';

import { followLiveEdge, type LiveEdgeAction } from '../../../client/src/media/video/live-edge.js';

const frameSeconds = 1 / 30;

function follow(lagSeconds: number, keyFrameAhead: number | null = null): LiveEdgeAction {
  return followLiveEdge({ lagSeconds, frameSeconds, keyFrameAhead });
}

const rateOf = (lagSeconds: number): number => {
  const action = follow(lagSeconds);
  return action.kind === 'seek' ? NaN : action.rate;
};

describe('the live edge', () => {
  it('is followed faster than real time, so that the playhead waits for frames', () => {
    for (const lag of [-0.1, 0, frameSeconds]) {
      const action = follow(lag);
      assert.equal(action.kind, 'rate');
      assert.ok(rateOf(lag) > 1 && rateOf(lag) < 2);
    }
  });

  it('is caught up with the faster the farther it is ahead', () => {
    const lags = [0, 2, 4, 7, 12].map((frames) => frames * frameSeconds);
    const rates = lags.map(rateOf);
    assert.deepEqual(
      [...rates].sort((a, b) => a - b),
      rates,
    );
    assert.ok((rates[1] ?? 0) > (rates[0] ?? 0));
    assert.ok((rates[3] ?? 0) > (rates[2] ?? 0));
  });

  it('is reached within a second from any lag that is played through', () => {
    for (const startSeconds of [0.05, 0.1, 0.3, 0.5, 0.99]) {
      let lag = startSeconds;
      let elapsed = 0;
      // The buffer grows in real time, the playhead moves at the rate.
      while (lag > 1.5 * frameSeconds && elapsed < 10) {
        elapsed += frameSeconds;
        lag += frameSeconds * (1 - rateOf(lag));
      }
      assert.ok(elapsed <= 1, `${elapsed} s from ${startSeconds} s`);
    }
  });

  it('is jumped to only from far behind, and only to a key frame', () => {
    assert.equal(follow(0.4, 7).kind, 'rate');
    assert.deepEqual(follow(0.6, 7), { kind: 'seek', to: 7 });
    assert.deepEqual(follow(5, 7), { kind: 'seek', to: 7 });
    assert.equal(follow(0.6).kind, 'rate');
  });

  it('needs a key frame when it is too far ahead to play through', () => {
    const action = follow(1.5);
    assert.equal(action.kind, 'resync');
    assert.ok(rateOf(1.5) > 2, 'what is there is played meanwhile');
  });
});
