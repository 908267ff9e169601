import assert from 'node:assert/strict';

import { afterEach, beforeEach, describe, it } from 'mocha';

import { VideoPlayer } from '../../../client/src/media/video/video-player.js';
import type { VideoRendition } from '../../../signaling/protocol/media-message.js';
import { FakeClock } from '../fake-clock.js';
import { sampleMessage } from '../pipeline/media-messages.js';

import { FakeMediaSource, useGlobals } from './fake-media-source.js';
import { FakeVideo, initOf } from './fake-video.js';

const frameUs = 33_333;

describe('the video player', () => {
  const clock = new FakeClock();
  useGlobals({
    MediaSource: FakeMediaSource,
    window: {
      MediaSource: FakeMediaSource,
      setTimeout: (run: () => void, delayMs: number) => clock.schedule(delayMs, run),
      clearTimeout: (cancel?: () => void) => cancel?.(),
    },
    document: Object.assign(new EventTarget(), { visibilityState: 'visible' }),
    navigator: { vendor: '' },
    performance: { now: () => clock.now() },
  });

  let video: FakeVideo;
  let player: VideoPlayer;
  let appended: number[];
  let resyncs: number;
  let unsupported: number;

  beforeEach(() => {
    FakeMediaSource.made = [];
    clock.advance(60_000);
    video = new FakeVideo();
    appended = [];
    resyncs = 0;
    unsupported = 0;
    player = new VideoPlayer(video as unknown as HTMLVideoElement, {
      onFrame: () => undefined,
      onAppended: (sequence) => appended.push(sequence),
      onResync: () => (resyncs += 1),
      onUnsupported: () => (unsupported += 1),
    });
    player.push(initOf());
    open();
  });
  afterEach(() => player.close());

  const log = (): string[] => FakeMediaSource.newest.buffer.log;

  function open(): void {
    FakeMediaSource.newest.open();
    settle();
  }

  function settle(): void {
    const { buffer } = FakeMediaSource.newest;
    while (buffer.updating) buffer.finish();
  }

  function picture(sequence: number, keyFrame = false, rendition: VideoRendition = 'main'): void {
    const decodeTimeSeconds = (sequence * frameUs) / 1e6;
    const header = { sequence, keyFrame, rendition, decodeTimeSeconds, durationUs: frameUs };
    player.push(sampleMessage(header, `picture ${sequence}`).message);
    settle();
  }

  it('goes on in the same MediaSource when the picture comes in another size', () => {
    picture(0, true);
    picture(1);
    player.push(initOf(0x1e, 'small'));
    settle();
    picture(700, false, 'small');
    picture(701, true, 'small');
    assert.equal(FakeMediaSource.made.length, 1);
    const after = log().slice(log().indexOf('append picture 1') + 1);
    assert.deepEqual(after.slice(0, 1), ['type video/mp4; codecs="avc1.64001e"']);
    assert.match(after[1] ?? '', /^append .*avcC/);
    assert.match(after[2] ?? '', /^offset /);
    assert.deepEqual(after.slice(3), ['append picture 701']);
    assert.deepEqual(appended, [0, 1, 701]);
  });

  it('asks for the key frame it needs until it comes', () => {
    picture(0);
    assert.equal(resyncs, 1);
    picture(1);
    assert.equal(resyncs, 1, 'not with every picture');
    clock.advance(2000);
    assert.equal(resyncs, 2, 'also when no more pictures come');
    picture(2, true);
    clock.advance(10_000);
    assert.equal(resyncs, 2);
  });

  it('asks for a key frame after it had to begin anew, however soon after the last one it asked for', () => {
    picture(0);
    assert.equal(resyncs, 1);
    picture(1, true);
    video.dispatchEvent(new Event('error'));
    open();
    assert.equal(FakeMediaSource.made.length, 2);
    assert.equal(resyncs, 1);
    clock.advance(2000);
    assert.equal(resyncs, 2);
  });

  it('asks for nothing any more once it is closed', () => {
    picture(0);
    player.close();
    clock.advance(60_000);
    assert.equal(resyncs, 1);
  });

  it('gives up on a stream of which no frame is ever shown, and not on one that is', () => {
    for (let failure = 0; failure < 20; failure += 1) {
      picture(2 * failure, true);
      video.show(0);
      video.dispatchEvent(new Event('error'));
      open();
    }
    assert.equal(unsupported, 0);
    for (let failure = 0; failure < 5; failure += 1) {
      picture(100 + failure, true);
      video.dispatchEvent(new Event('error'));
      open();
    }
    assert.equal(unsupported, 1);
  });
});
