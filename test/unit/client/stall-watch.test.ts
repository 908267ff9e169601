import assert from 'node:assert/strict';

import { beforeEach, describe, it } from 'mocha';

import { StallWatch } from '../../../client/src/session/stall-watch.js';

import { useFakeWindow } from './fake-window.js';

describe('the watch for a connection that goes silent', () => {
  const clock = useFakeWindow();
  let pings: number;
  let doubts: number;
  let stalls: number;
  let sleptMs: number;
  let watch: StallWatch;

  beforeEach(() => {
    pings = 0;
    doubts = 0;
    stalls = 0;
    sleptMs = 0;
    const events = {
      ping: () => (pings += 1),
      onDoubt: () => (doubts += 1),
      onStall: () => (stalls += 1),
    };
    watch = new StallWatch(events, () => clock.now() + sleptMs);
    watch.start();
  });

  it('asks twice a second, and is content with answers', () => {
    for (let ping = 0; ping < 20; ping += 1) {
      watch.heard();
      clock.advance(500);
    }
    assert.deepEqual([pings, doubts, stalls], [21, 0, 0]);
    watch.close();
  });

  it('doubts, once, 0.7 s after a ping that nothing followed', () => {
    clock.advance(699);
    assert.equal(doubts, 0);
    clock.advance(1000);
    assert.deepEqual([doubts, stalls], [1, 0]);
    watch.close();
  });

  it('gives up 2.2 s after a ping that nothing followed', () => {
    clock.advance(2199);
    assert.equal(stalls, 0);
    clock.advance(1);
    assert.equal(stalls, 1);
    watch.close();
  });

  it('gives up sooner when there is reason to doubt', () => {
    watch.heard();
    clock.advance(500);
    watch.check();
    clock.advance(1500);
    assert.equal(stalls, 1);
    watch.close();
  });

  it('asks again after a sleep instead of counting it', () => {
    sleptMs = 60_000;
    clock.advance(2200);
    assert.equal(stalls, 0);
    watch.heard();
    clock.advance(900);
    assert.equal(stalls, 0);
    watch.close();
  });

  it('is quiet once closed', () => {
    watch.close();
    watch.check();
    const before = pings;
    clock.advance(10_000);
    assert.deepEqual([pings, stalls], [before, 0]);
  });
});
