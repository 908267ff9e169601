import assert from 'node:assert/strict';

import { afterEach, beforeEach, describe, it } from 'mocha';

import { mediaSourceClass } from '../../../client/src/media/media-source.js';
import { VideoPlayer } from '../../../client/src/media/video/video-player.js';
import { sampleMessage } from '../pipeline/media-messages.js';

import { FakeMediaSource, useGlobals } from './fake-media-source.js';
import { FakeVideo, initOf } from './fake-video.js';

const frameUs = 33_333;

describe('the picture on an iPhone', () => {
  const visible = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  useGlobals({
    ManagedMediaSource: FakeMediaSource,
    window: globalThis,
    document: visible,
    navigator: { vendor: 'Apple Computer, Inc.' },
  });

  let video: FakeVideo;
  let player: VideoPlayer;
  let appended: number[];
  let resyncs: number;

  beforeEach(() => {
    FakeMediaSource.made = [];
    video = new FakeVideo();
    appended = [];
    resyncs = 0;
    player = new VideoPlayer(video as unknown as HTMLVideoElement, {
      onFrame: () => undefined,
      onAppended: (sequence) => appended.push(sequence),
      onResync: () => (resyncs += 1),
      onUnsupported: () => assert.fail('unsupported'),
    });
    player.push(initOf());
    FakeMediaSource.newest.open();
    FakeMediaSource.newest.buffer.finish();
  });
  afterEach(() => player.close());

  const picture = (sequence: number, keyFrame = false): void => {
    const decodeTimeSeconds = (sequence * frameUs) / 1e6;
    const header = { sequence, keyFrame, decodeTimeSeconds, durationUs: frameUs };
    player.push(sampleMessage(header, `picture ${sequence}`).message);
    const { buffer } = FakeMediaSource.newest;
    if (buffer.updating) buffer.finish();
  };
  const buffered = (): string[] =>
    FakeMediaSource.newest.buffer.log.filter((entry) => entry.startsWith('append picture'));

  it('comes by a managed source, on an element that is not played elsewhere', () => {
    assert.equal(mediaSourceClass(), FakeMediaSource);
    assert.deepEqual(video.log, ['disableRemotePlayback', 'src']);
  });

  it('is held back while the source wants none, and goes on at a key frame', () => {
    picture(0, true);
    picture(1);
    FakeMediaSource.newest.setStreaming(false);
    picture(2);
    picture(3, true);
    assert.equal(resyncs, 0);
    FakeMediaSource.newest.setStreaming(true);
    assert.equal(resyncs, 1);
    picture(4);
    picture(5, true);
    assert.deepEqual(buffered(), ['append picture 0', 'append picture 1', 'append picture 5']);
    // What was held back is no sign of a slow viewer.
    assert.deepEqual(appended, [0, 1, 2, 3, 5]);
  });

  it('is wanted by a source that says nothing, and by a fresh one', () => {
    picture(0, true);
    FakeMediaSource.newest.setStreaming(false);
    video.dispatchEvent(new Event('error'));
    FakeMediaSource.newest.open();
    FakeMediaSource.newest.buffer.finish();
    picture(1, true);
    assert.deepEqual(buffered(), ['append picture 1']);
  });

  it('is never played at another rate than its own', () => {
    for (let sequence = 0; sequence < 60; sequence += 1) {
      picture(sequence, sequence % 30 === 0);
      assert.equal(video.playbackRate, 1);
    }
    // Nothing moved the playhead but seeks, and these wait for each other.
    assert.ok(video.currentTime > 0.2 && video.currentTime < 1);
  });
});
