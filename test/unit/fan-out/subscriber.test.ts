import assert from 'node:assert/strict';

import { beforeEach, describe, it } from 'mocha';

import { Subscriber } from '../../../media-host/fan-out/subscriber.js';
import type { MediaHeader, MediaMessage } from '../../../signaling/protocol/media-message.js';
import { sampleMessage } from '../pipeline/media-messages.js';

import { FakeMediaChannel } from './fake-media-channel.js';

/** More than a channel may hold unsent. */
const congestedBytes = 257 * 1024;
const mostUnacknowledged = 64;

describe('a subscriber', () => {
  let video: FakeMediaChannel;
  let audio: FakeMediaChannel;
  let keyFrameRequests: number;
  let subscriber: Subscriber;
  let sequence: number;

  beforeEach(() => {
    video = new FakeMediaChannel();
    audio = new FakeMediaChannel();
    keyFrameRequests = 0;
    subscriber = new Subscriber(video, audio, () => (keyFrameRequests += 1));
    sequence = 0;
  });

  function push(header: Partial<MediaHeader>, payload: string | number = 100): void {
    const { encoded, message } = sampleMessage(header, payload);
    subscriber.push(encoded, message);
  }

  /** Pushes the next picture of the broadcast; gives what reached the page. */
  function picture(header: Partial<MediaHeader> = {}): MediaMessage | undefined {
    sequence = (sequence + 1) >>> 0;
    push({ sequence, ...header });
    return video.take()[0];
  }

  const keyFrame = (): MediaMessage | undefined => picture({ keyFrame: true });

  function startLive(): void {
    subscriber.start([], null, 0);
    keyFrame();
    keyFrameRequests = 0;
  }

  it('gets nothing before it is started', () => {
    assert.equal(keyFrame(), undefined);
    push({ track: 'audio' });
    assert.deepEqual(audio.take(), []);
    assert.equal(subscriber.state, 'waiting');
  });

  it('starts with the preamble and the pictures since the last key frame, and goes on from there', () => {
    const init = sampleMessage({ kind: 'init' }, 'init');
    const key = sampleMessage({ keyFrame: true, sequence: 6 }, 'key');
    const delta = sampleMessage({ sequence: 7 }, 'delta');
    subscriber.start([init.encoded], [key.encoded, delta.encoded], 7);
    assert.deepEqual(video.take(), [init.message, key.message, delta.message]);
    assert.equal(subscriber.state, 'live');
    assert.equal(keyFrameRequests, 0);
    sequence = 7;
    assert.equal(picture()?.sequence, 8);
  });

  it('asks once for a key frame when there are no pictures to start with, and waits for it', () => {
    const init = sampleMessage({ kind: 'init' }, 'init');
    subscriber.start([init.encoded], null, 0);
    assert.equal(keyFrameRequests, 1);
    assert.equal(video.take().length, 1);
    assert.equal(picture(), undefined);
    assert.equal(picture(), undefined);
    assert.equal(keyFrameRequests, 1);
    const first = keyFrame();
    // It missed nothing: there was nothing before.
    assert.deepEqual([first?.keyFrame, first?.gap], [true, false]);
    assert.equal(subscriber.state, 'live');
  });

  it('drops whole groups of pictures when the channel is congested, and flags the gap once', () => {
    startLive();
    video.bufferedBytes = congestedBytes;
    assert.equal(picture(), undefined);
    assert.equal(subscriber.state, 'lagged');
    assert.equal(keyFrame(), undefined, 'a key frame that would only lengthen the queue');
    video.bufferedBytes = 0;
    assert.equal(picture(), undefined, 'a picture that nothing can decode');
    const next = keyFrame();
    assert.deepEqual([next?.keyFrame, next?.gap], [true, true]);
    assert.equal(picture()?.gap, false);
    assert.equal(subscriber.counters.gaps, 1);
    assert.equal(subscriber.counters.droppedPictures, 3);
  });

  it('does not ask for key frames while it is over budget, so that a slow viewer costs nobody else', () => {
    startLive();
    video.bufferedBytes = congestedBytes;
    for (let at = 0; at < 100; at += 1) picture();
    assert.equal(keyFrameRequests, 0);
    video.bufferedBytes = 0;
    for (let at = 0; at < 100; at += 1) picture();
    assert.equal(keyFrameRequests, 1);
  });

  it('asks again when the key frame it asked for came while it was over budget', () => {
    subscriber.start([], null, 0);
    assert.equal(keyFrameRequests, 1);
    video.bufferedBytes = congestedBytes;
    assert.equal(keyFrame(), undefined);
    video.bufferedBytes = 0;
    picture();
    picture();
    assert.equal(keyFrameRequests, 2);
  });

  it('puts off the key frame of a page that cannot decode on until it could be sent', () => {
    startLive();
    video.bufferedBytes = congestedBytes;
    subscriber.resync();
    assert.equal(keyFrameRequests, 0);
    video.bufferedBytes = 0;
    subscriber.check();
    assert.equal(keyFrameRequests, 1);
  });

  it('asks for a key frame on a screen that stands still, once its backlog is gone', () => {
    startLive();
    video.bufferedBytes = congestedBytes;
    picture();
    subscriber.check();
    assert.equal(keyFrameRequests, 0);
    // No picture follows: what asks is the viewer's own sign of life.
    video.bufferedBytes = 0;
    subscriber.check();
    subscriber.check();
    assert.equal(keyFrameRequests, 1);
  });

  it('does not ask for a key frame while it is live', () => {
    subscriber.check();
    startLive();
    subscriber.check();
    assert.equal(keyFrameRequests, 0);
  });

  it('drops pictures when too many were sent that the page did not append', () => {
    startLive();
    subscriber.acknowledge(sequence);
    for (let at = 0; at <= mostUnacknowledged; at += 1) assert.ok(picture(), `picture ${at}`);
    assert.equal(picture(), undefined);
    assert.equal(subscriber.state, 'lagged');
    subscriber.acknowledge(sequence - 2);
    picture();
    assert.equal(keyFrameRequests, 1);
    assert.equal(keyFrame()?.gap, true);
  });

  it('does not count what is unacknowledged for a page that never acknowledges', () => {
    startLive();
    for (let at = 0; at < 5 * mostUnacknowledged; at += 1) assert.ok(picture());
  });

  it('goes on when sequence numbers wrap', () => {
    sequence = 0xffff_ffff - 10;
    startLive();
    subscriber.acknowledge(sequence);
    for (let at = 0; at < 3 * mostUnacknowledged; at += 1) {
      assert.ok(picture(), `picture ${sequence}`);
      if (at % 20 === 0) subscriber.acknowledge(sequence);
    }
    assert.ok(sequence < 1000);
    assert.equal(subscriber.counters.gaps, 0);
  });

  it('still counts across the wrap what a page did not append', () => {
    sequence = 0xffff_ffff - 10;
    startLive();
    subscriber.acknowledge(sequence);
    for (let at = 0; at <= mostUnacknowledged + 1; at += 1) picture();
    assert.equal(subscriber.state, 'lagged');
  });

  it('waits for the key frame of another stream, whose sequence numbers begin anew', () => {
    sequence = 5000;
    startLive();
    subscriber.acknowledge(sequence);
    push({ kind: 'init' }, 'another stream');
    assert.equal(video.take()[0]?.kind, 'init');
    sequence = 0;
    // What was on its way back belongs to the stream before.
    subscriber.acknowledge(5000);
    const first = keyFrame();
    assert.deepEqual([first?.sequence, first?.gap], [1, false]);
    for (let at = 0; at < 10; at += 1) assert.ok(picture());
    assert.equal(subscriber.counters.gaps, 0);
  });

  it('does not measure another stream by what was acknowledged of the one before', () => {
    startLive();
    subscriber.acknowledge(sequence);
    push({ kind: 'init' }, 'another stream');
    keyFrame();
    for (let at = 0; at < 2 * mostUnacknowledged; at += 1) picture();
    assert.equal(subscriber.state, 'live');
  });

  it('treats a page that cannot decode on as one that missed pictures', () => {
    startLive();
    subscriber.resync();
    subscriber.resync();
    assert.equal(keyFrameRequests, 1);
    assert.equal(picture(), undefined);
    assert.equal(keyFrame()?.gap, true);
    assert.ok(picture());
  });

  it('sends sound on its own channel, beside pictures that lag', () => {
    startLive();
    video.bufferedBytes = congestedBytes;
    picture();
    push({ track: 'audio' }, 'packet');
    assert.equal(audio.take().length, 1);
  });

  it('drops sound that would come too late, and counts it', () => {
    startLive();
    audio.bufferedBytes = 9 * 1024;
    push({ track: 'audio' });
    assert.deepEqual(audio.take(), []);
    assert.equal(subscriber.counters.droppedSounds, 1);
    assert.equal(subscriber.counters.droppedPictures, 0);
  });

  it('sends what must not get lost on the ordered channel', () => {
    startLive();
    push({ kind: 'init', track: 'audio' }, 'sound init');
    push({ kind: 'cursor', track: 'none' }, 'arrow');
    subscriber.sendPrivate(sampleMessage({ kind: 'clock', track: 'none' }, 0).encoded);
    assert.deepEqual(
      video.take().map(({ kind }) => kind),
      ['init', 'cursor', 'clock'],
    );
    assert.equal(subscriber.state, 'live');
  });

  it('sends nothing on a channel that is not open, and nothing once it is closed', () => {
    startLive();
    video.open = false;
    assert.equal(keyFrame(), undefined);
    video.open = true;
    assert.ok(picture());
    subscriber.close();
    assert.equal(picture(), undefined);
    subscriber.sendPrivate(sampleMessage({ kind: 'clock' }, 0).encoded);
    assert.deepEqual(video.take(), []);
    assert.equal(subscriber.state, 'closed');
  });

  it('sends a large picture in order and whole', () => {
    subscriber.start([], null, 0);
    const { encoded, message } = sampleMessage({ keyFrame: true, sequence: 1 }, 200_000);
    subscriber.push(encoded, message);
    assert.deepEqual(video.take(), [message]);
  });

  it('gets its sound in the one way its page plays', () => {
    const opus = { track: 'audio', rendition: 'main' } as const;
    const aac = { track: 'audio', rendition: 'compatible' } as const;
    const soundOf = (): unknown[] => audio.take().map(({ rendition }) => rendition);
    subscriber.start([], [], 0);
    push(opus);
    push(aac);
    assert.deepEqual(soundOf(), ['main']);
    subscriber = new Subscriber(video, audio, () => undefined, 'aac');
    subscriber.start([], [], 0);
    push(opus);
    push(aac);
    assert.deepEqual(soundOf(), ['compatible']);
  });
});
