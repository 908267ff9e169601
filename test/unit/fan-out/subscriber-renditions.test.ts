import assert from 'node:assert/strict';

import { beforeEach, describe, it } from 'mocha';

import { sampleMessage } from '../pipeline/media-messages.js';

import { SubscriberUnderTest } from './subscriber-under-test.js';

describe('a subscriber and its renditions', () => {
  let on: SubscriberUnderTest;

  beforeEach(() => {
    on = new SubscriberUnderTest();
  });

  it('gets the small rendition when its path drains too slowly, from its next key frame on', () => {
    on.source.inits.set(
      'video small',
      sampleMessage({ kind: 'init', rendition: 'small' }, 's').encoded,
    );
    on.startLive();
    on.clock.advance(20_000);
    on.fallBehind();
    assert.deepEqual(on.subscriber.policy.rendition, 'main');
    on.clock.advance(1500);
    on.subscriber.acknowledge(on.sequence - 1);
    on.subscriber.check();
    assert.equal(on.subscriber.policy.rendition, 'small');
    assert.equal(on.subscriber.receives('small'), true);
    assert.deepEqual(on.source.requests, ['small']);
    assert.equal(on.keyFrame({ rendition: 'main' }), undefined);
    on.push({ rendition: 'small', keyFrame: true, sequence: 1 }, 'small');
    const [init, first] = on.video.take();
    assert.deepEqual([init?.kind, init?.rendition], ['init', 'small']);
    assert.deepEqual([first?.keyFrame, first?.gap, first?.rendition], [true, true, 'small']);
    assert.equal(on.subscriber.receives('main'), false);
    assert.equal(on.subscriber.counters.switches, 1);
    on.push({ rendition: 'main', sequence: 9000 });
    assert.deepEqual(on.video.take(), []);
  });

  it('stays with the main rendition when the page, not the path, was slow for once', () => {
    on.startLive();
    on.clock.advance(20_000);
    on.fallBehind();
    on.clock.advance(50);
    on.subscriber.acknowledge(on.sequence - 1);
    on.subscriber.check();
    assert.equal(on.subscriber.policy.rendition, 'main');
    assert.deepEqual(on.source.requests, ['main']);
  });

  it('goes on with what it has until the rendition that was chosen has a key frame', () => {
    on.startLive();
    on.subscriber.choose('small');
    assert.deepEqual(on.source.requests, ['small']);
    assert.ok(on.picture());
    on.push({ rendition: 'small', sequence: 7 });
    assert.deepEqual(on.video.take(), []);
    on.push({ rendition: 'small', keyFrame: true, sequence: 8 });
    assert.equal(on.video.take().at(-1)?.rendition, 'small');
    assert.equal(on.picture(), undefined);
  });

  it('tries what its path carries while it gets the small rendition, on the channel of sound', () => {
    on.startLive();
    on.subscriber.check();
    assert.deepEqual(on.audio.take(), []);
    on.fallBehind();
    assert.equal(on.subscriber.policy.rendition, 'small');
    on.clock.advance(200);
    on.subscriber.acknowledge(on.sequence - 1);
    on.subscriber.check();
    assert.deepEqual(on.audio.take(), [], 'nothing beside what is behind already');
    assert.equal(on.keyFrame({ rendition: 'small' })?.rendition, 'small');
    on.subscriber.acknowledge(on.sequence);
    const answerNext = (): void => {
      const [message] = on.audio.take();
      assert.equal(message?.kind, 'probe');
      on.clock.advance(2);
      on.subscriber.answerProbe(message.sequence);
    };
    for (let probe = 1; probe <= 2; probe += 1) {
      on.clock.advance(5000);
      on.subscriber.check();
      answerNext();
      answerNext();
    }
    assert.equal(on.subscriber.policy.rendition, 'main');
  });

  it('is not taken for slow when a single picture of a quiet desktop was late', () => {
    on.startLive();
    on.clock.advance(20_000);
    on.picture();
    on.clock.advance(900);
    assert.equal(on.picture(), undefined);
    assert.equal(on.subscriber.policy.rendition, 'main');
    assert.deepEqual(on.source.requests, [], 'nothing new beside what is late');
    on.subscriber.acknowledge(on.sequence - 1);
    on.subscriber.check();
    assert.equal(on.subscriber.policy.rendition, 'main');
    assert.deepEqual(on.source.requests, ['main']);
    assert.equal(on.keyFrame()?.gap, true);
  });

  it('counts as dropped only what the page misses', () => {
    on.startLive();
    on.subscriber.choose('small');
    on.push({ rendition: 'small', sequence: 7 });
    assert.equal(on.subscriber.counters.droppedPictures, 0);
  });

  it('tells the pictures of one rendition from those of the other by what came after the change', () => {
    on.sequence = 99;
    on.startLive();
    on.picture();
    on.subscriber.choose('small');
    on.push({ rendition: 'small', keyFrame: true, sequence: 101 });
    on.subscriber.acknowledge(101);
    on.clock.advance(10_000);
    on.push({ rendition: 'small', sequence: 102 });
    assert.equal(on.subscriber.state, 'live');
  });

  it('begins anew for a page that cannot decode on, though it never acknowledges what it threw away', () => {
    on.startLive();
    on.clock.advance(20_000);
    on.picture();
    on.clock.advance(900);
    on.picture();
    assert.equal(on.subscriber.state, 'lagged');
    on.subscriber.resync();
    assert.deepEqual(on.source.requests, ['main']);
    assert.equal(on.keyFrame()?.gap, true);
  });
});
