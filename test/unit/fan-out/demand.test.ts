import assert from 'node:assert/strict';

import { describe, it } from 'mocha';

import { demandOf } from '../../../media-host/fan-out/demand.js';
import { addDemands, noDemand } from '../../../media-host/pipeline/broadcast/upstream.js';
import type { SoundCodec } from '../../../signaling/protocol/transport.js';

import { SubscriberUnderTest } from './subscriber-under-test.js';

describe('what viewers need of the pipeline together', () => {
  function watching(change: (on: SubscriberUnderTest) => void = () => undefined): {
    subscriber: SubscriberUnderTest['subscriber'];
    sound: SoundCodec;
  } {
    const on = new SubscriberUnderTest();
    on.startLive();
    change(on);
    return { subscriber: on.subscriber, sound: 'opus' };
  }

  it('is nothing without viewers, and with those that are closed or hidden', () => {
    const closed = watching(({ subscriber }) => subscriber.close());
    const hidden = watching(({ subscriber }) => subscriber.setVisible(false));
    assert.deepEqual(demandOf([], 0), noDemand);
    assert.deepEqual(demandOf([closed, hidden], 0), noDemand);
  });

  it('is the main rendition for those that watch, and for those that only open', () => {
    const demand = demandOf([watching(), { subscriber: null, sound: 'aac' }], 0);
    assert.deepEqual(demand.main, { receiving: 2, wanting: 2, suffering: 0 });
    assert.deepEqual(demand.small, noDemand.small);
    assert.equal(demand.compatibleSound, 1);
  });

  it('is the small one alone when everybody chose it and got it', () => {
    const small = watching((on) => {
      on.subscriber.choose('small');
      on.keyFrame({ rendition: 'small' });
    });
    const demand = demandOf([small], 0);
    assert.deepEqual(demand.main, noDemand.main);
    assert.deepEqual(demand.small, { receiving: 1, wanting: 1, suffering: 0 });
  });

  it('is both for one that changes, until the new one begins', () => {
    const changing = watching((on) => on.subscriber.choose('small'));
    const { main, small } = demandOf([changing], 0);
    assert.deepEqual([main.receiving, small.receiving], [1, 1]);
    // It does not want the one it leaves, so how that fares does not count.
    assert.equal(main.wanting, 0);
  });

  it('counts one that was sent down by its network among those that suffer in the main one', () => {
    const slow = watching((on) => {
      on.fallBehind();
      assert.equal(on.subscriber.policy.rendition, 'small');
      on.subscriber.acknowledge(on.sequence - 1);
      on.keyFrame({ rendition: 'small' });
    });
    const { main, small } = demandOf([slow, watching()], 60_000);
    assert.deepEqual(main, { receiving: 1, wanting: 2, suffering: 1 });
    assert.deepEqual(small, { receiving: 1, wanting: 1, suffering: 0 });
  });

  it('counts one that lags in the rendition it gets', () => {
    const lagging = watching((on) => {
      on.clock.advance(20_000);
      on.fallBehind();
    });
    assert.deepEqual(demandOf([lagging], 20_500).main, { receiving: 1, wanting: 1, suffering: 1 });
    assert.deepEqual(demandOf([lagging], 30_000).main, { receiving: 1, wanting: 1, suffering: 0 });
  });

  it('is summed over all fan-outs of a room', () => {
    const one = demandOf([watching()], 0);
    const { main } = addDemands([one, one, noDemand]);
    assert.deepEqual(main, { receiving: 2, wanting: 2, suffering: 0 });
  });
});
