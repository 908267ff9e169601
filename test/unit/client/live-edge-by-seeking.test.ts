import assert from 'node:assert/strict';

import { describe, it } from 'mocha';

import { rateChangeRebuffers } from '../../../client/src/media/engine.js';
import { followBySeeking } from '../../../client/src/media/video/live-edge-by-seeking.js';
import type { LiveEdgeAction } from '../../../client/src/media/video/live-edge.js';

const frameSeconds = 1 / 30;
const endSeconds = 100;

const follow = (
  lagSeconds: number,
  keyFrameAhead: number | null = null,
  sinceSeekSeconds = Infinity,
): LiveEdgeAction =>
  followBySeeking({ lagSeconds, frameSeconds, keyFrameAhead, endSeconds, sinceSeekSeconds });

const realTime = { kind: 'rate', rate: 1 };

describe('the live edge where a change of the rate would buffer anew', () => {
  it('is followed at real time, whatever the lag', () => {
    for (const lag of [-0.1, 0, 0.1, 0.25]) assert.deepEqual(follow(lag), realTime);
  });

  it('is sought when it is too far ahead: the last frame, or a key frame near it', () => {
    assert.deepEqual(follow(0.3), { kind: 'seek', to: endSeconds - frameSeconds });
    assert.deepEqual(follow(5, 99.9), { kind: 'seek', to: 99.9 });
    assert.deepEqual(follow(5, 96), { kind: 'seek', to: endSeconds - frameSeconds });
  });

  it('is not sought again at once', () => {
    assert.deepEqual(follow(5, null, 1.9), realTime);
    assert.equal(follow(5, null, 2).kind, 'seek');
  });

  it('is told by who made the browser’s engine', () => {
    const vendors: [vendor: string, rebuffers: boolean][] = [
      ['Apple Computer, Inc.', true],
      ['Google Inc.', false],
      ['', false],
    ];
    for (const [vendor, rebuffers] of vendors) {
      assert.equal(rateChangeRebuffers({ vendor }), rebuffers);
    }
  });
});
