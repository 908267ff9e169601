import assert from 'node:assert/strict';

import { beforeEach, describe, it } from 'mocha';

import { sampleMessage } from '../pipeline/media-messages.js';

import { largeBytes, SubscriberUnderTest } from './subscriber-under-test.js';

/** More than a channel may hold unsent. */
const congestedBytes = 257 * 1024;
const largeInBudget = 9;

describe('a subscriber', () => {
  let on: SubscriberUnderTest;

  beforeEach(() => {
    on = new SubscriberUnderTest();
  });

  it('gets nothing before it is started', () => {
    assert.equal(on.keyFrame(), undefined);
    on.push({ track: 'audio' });
    assert.deepEqual(on.audio.take(), []);
    assert.equal(on.subscriber.state, 'waiting');
  });

  it('starts with the init segments and the pictures since the last key frame, and goes on from there', () => {
    const sound = sampleMessage({ kind: 'init', track: 'audio' }, 'sound');
    const init = sampleMessage({ kind: 'init' }, 'init');
    const key = sampleMessage({ keyFrame: true, sequence: 6 }, 'key');
    const delta = sampleMessage({ sequence: 7 }, 'delta');
    on.source.inits.set('audio main', sound.encoded).set('video main', init.encoded);
    on.source.groups.set('main', [key, delta]);
    on.subscriber.start();
    const expected = [sound, init, key, delta].map(({ message }) => message);
    assert.deepEqual(on.video.take(), expected);
    assert.equal(on.subscriber.state, 'live');
    assert.deepEqual(on.source.requests, []);
    on.sequence = 7;
    assert.equal(on.picture()?.sequence, 8);
  });

  it('is started once', () => {
    on.startLive();
    on.source.groups.set('main', [sampleMessage({ keyFrame: true }, 'key')]);
    on.subscriber.start();
    assert.deepEqual(on.video.take(), []);
    on.subscriber.close();
    on.subscriber.start();
    assert.equal(on.subscriber.state, 'closed');
  });

  it('asks once for a key frame when there are no pictures to start with, and waits for it', () => {
    on.source.inits.set('video main', sampleMessage({ kind: 'init' }, 'init').encoded);
    on.subscriber.start();
    assert.deepEqual(on.source.requests, ['main']);
    assert.equal(on.video.take().length, 1);
    assert.equal(on.picture(), undefined);
    assert.equal(on.picture(), undefined);
    assert.deepEqual(on.source.requests, ['main']);
    const first = on.keyFrame();
    // It missed nothing: there was nothing before.
    assert.deepEqual([first?.keyFrame, first?.gap], [true, false]);
    assert.equal(on.subscriber.state, 'live');
  });

  it('drops whole groups of pictures when the channel is congested, and flags the gap once', () => {
    on.startLive();
    on.video.bufferedBytes = congestedBytes;
    assert.equal(on.picture(), undefined);
    assert.equal(on.subscriber.state, 'lagged');
    assert.equal(on.keyFrame(), undefined, 'a key frame that would only lengthen the queue');
    on.video.bufferedBytes = 0;
    assert.equal(on.picture(), undefined, 'a picture that nothing can decode');
    const next = on.keyFrame({ rendition: on.subscriber.policy.rendition });
    assert.deepEqual([next?.keyFrame, next?.gap], [true, true]);
    assert.equal(on.subscriber.counters.gaps, 1);
    assert.equal(on.subscriber.counters.droppedPictures, 3);
  });

  it('does not ask for key frames while it is over budget, so that a slow viewer costs nobody else', () => {
    on.startLive();
    on.video.bufferedBytes = congestedBytes;
    for (let at = 0; at < 100; at += 1) on.picture();
    assert.deepEqual(on.source.requests, []);
    on.video.bufferedBytes = 0;
    for (let at = 0; at < 100; at += 1) on.picture();
    assert.equal(on.source.requests.length, 1);
  });

  it('asks again when the key frame it asked for came while it was over budget', () => {
    on.subscriber.start();
    assert.deepEqual(on.source.requests, ['main']);
    on.video.bufferedBytes = congestedBytes;
    assert.equal(on.keyFrame(), undefined);
    on.video.bufferedBytes = 0;
    on.picture();
    on.picture();
    assert.deepEqual(on.source.requests, ['main', 'main']);
  });

  it('asks for a key frame on a screen that stands still, once its backlog is gone', () => {
    on.startLive();
    on.clock.advance(20_000);
    on.video.bufferedBytes = congestedBytes;
    on.picture();
    on.subscriber.check();
    assert.deepEqual(on.source.requests, []);
    // No picture follows: what asks is the viewer's own sign of life.
    on.video.bufferedBytes = 0;
    on.subscriber.check();
    on.subscriber.check();
    assert.equal(on.source.requests.length, 1);
  });

  it('does not ask for a key frame while it is live', () => {
    on.subscriber.check();
    on.startLive();
    on.subscriber.check();
    assert.deepEqual(on.source.requests, []);
  });

  it('drops pictures when more is on the way than a quarter of a second of them', () => {
    on.startLive();
    for (let at = 0; at < largeInBudget; at += 1) assert.ok(on.picture({}, largeBytes), `${at}`);
    on.fallBehind();
    assert.equal(on.subscriber.state, 'lagged');
    assert.equal(on.subscriber.counters.gaps, 1);
    // A part of it came: not enough to begin anew.
    on.subscriber.acknowledge(5);
    on.subscriber.check();
    assert.deepEqual(on.source.requests, []);
  });

  it('drops pictures when the oldest on the way is old, however few they are', () => {
    on.startLive();
    on.clock.advance(10);
    assert.ok(on.picture());
    on.clock.advance(800);
    assert.equal(on.picture(), undefined);
    assert.equal(on.subscriber.state, 'lagged');
  });

  it('takes a screen that stood still for no backlog', () => {
    on.startLive();
    on.picture();
    on.subscriber.acknowledge(on.sequence);
    on.clock.advance(60_000);
    assert.ok(on.picture());
  });

  it('lets a page that cannot acknowledge yet have its first pictures, and no more', () => {
    on.subscriber.start();
    on.keyFrame();
    on.clock.advance(5000);
    for (let at = 0; at < largeInBudget; at += 1) assert.ok(on.picture({}, largeBytes), `${at}`);
    on.fallBehind();
    assert.equal(on.subscriber.state, 'lagged');
  });

  it('goes on when sequence numbers wrap', () => {
    on.sequence = 0xffff_ffff - 10;
    on.startLive();
    for (let at = 0; at < 200; at += 1) {
      assert.ok(on.picture({}, largeBytes), `picture ${on.sequence}`);
      if (at % 4 === 0) on.subscriber.acknowledge(on.sequence);
    }
    assert.ok(on.sequence < 1000);
    assert.equal(on.subscriber.counters.gaps, 0);
  });

  it('waits for the key frame of another stream, whose sequence numbers begin anew', () => {
    on.sequence = 5000;
    on.startLive();
    on.picture({}, largeBytes);
    on.push({ kind: 'init' }, 'another stream');
    assert.equal(on.video.take()[0]?.kind, 'init');
    on.sequence = 0;
    // What was on its way back belongs to the stream before.
    on.subscriber.acknowledge(5001);
    const first = on.keyFrame();
    assert.deepEqual([first?.sequence, first?.gap], [1, false]);
    for (let at = 0; at < 10; at += 1) assert.ok(on.picture());
    assert.equal(on.subscriber.counters.gaps, 0);
  });

  it('treats a page that cannot decode on as one that missed pictures, and believes it again only later', () => {
    on.startLive();
    on.clock.advance(10_000);
    on.picture({}, largeBytes);
    on.subscriber.resync();
    on.subscriber.resync();
    assert.deepEqual(on.source.requests, ['main']);
    assert.equal(on.picture(), undefined);
    assert.equal(on.keyFrame()?.gap, true);
    assert.ok(on.picture());
    on.subscriber.resync();
    assert.equal(on.subscriber.state, 'live');
    on.clock.advance(2000);
    on.subscriber.resync();
    assert.equal(on.subscriber.state, 'lagged');
  });

  it('sends a page that nobody looks at its sound alone, and a key frame once it is looked at again', () => {
    on.startLive();
    on.picture({}, largeBytes);
    on.subscriber.setVisible(false);
    assert.equal(on.subscriber.receives('main'), false);
    assert.equal(on.keyFrame(), undefined);
    on.push({ track: 'audio' }, 'packet');
    assert.equal(on.audio.take().length, 1);
    assert.deepEqual(on.source.requests, []);
    on.subscriber.setVisible(true);
    assert.equal(on.subscriber.receives('main'), true);
    assert.deepEqual(on.source.requests, ['main']);
    assert.equal(on.keyFrame()?.gap, true);
  });

  it('sends sound on its own channel, beside pictures that lag', () => {
    on.startLive();
    on.video.bufferedBytes = congestedBytes;
    on.picture();
    on.push({ track: 'audio' }, 'packet');
    assert.equal(on.audio.take().length, 1);
  });

  it('drops sound that would come too late, and counts it', () => {
    on.startLive();
    on.audio.bufferedBytes = 9 * 1024;
    on.push({ track: 'audio' });
    assert.deepEqual(on.audio.take(), []);
    assert.equal(on.subscriber.counters.droppedSounds, 1);
    assert.equal(on.subscriber.counters.droppedPictures, 0);
  });

  it('sends what must not get lost on the ordered channel', () => {
    on.startLive();
    on.push({ kind: 'init', track: 'audio' }, 'sound init');
    on.push({ kind: 'cursor', track: 'none' }, 'arrow');
    on.subscriber.sendPrivate(sampleMessage({ kind: 'clock', track: 'none' }, 0).encoded);
    assert.deepEqual(
      on.video.take().map(({ kind }) => kind),
      ['init', 'cursor', 'clock'],
    );
    assert.equal(on.subscriber.state, 'live');
  });

  it('sends nothing on a channel that is not open, and nothing once it is closed', () => {
    on.startLive();
    on.video.open = false;
    assert.equal(on.keyFrame(), undefined);
    on.video.open = true;
    assert.ok(on.picture());
    on.subscriber.close();
    assert.equal(on.picture(), undefined);
    on.subscriber.sendPrivate(sampleMessage({ kind: 'clock' }, 0).encoded);
    assert.deepEqual(on.video.take(), []);
    assert.equal(on.subscriber.state, 'closed');
  });

  it('sends a large picture in order and whole', () => {
    on.subscriber.start();
    const { encoded, message } = sampleMessage({ keyFrame: true, sequence: 1 }, 200_000);
    on.subscriber.push(encoded, message);
    assert.deepEqual(on.video.take(), [message]);
  });

  it('gets its sound in the one way its page plays', () => {
    const opus = { track: 'audio', rendition: 'main' } as const;
    const aac = { track: 'audio', rendition: 'compatible' } as const;
    const soundOf = (): unknown[] => on.audio.take().map(({ rendition }) => rendition);
    on.subscriber.start();
    on.push(opus);
    on.push(aac);
    assert.deepEqual(soundOf(), ['main']);
    on = new SubscriberUnderTest('aac');
    on.subscriber.start();
    on.push(opus);
    on.push(aac);
    assert.deepEqual(soundOf(), ['compatible']);
  });
});
