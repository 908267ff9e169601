import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';

import { beforeEach, describe, it } from 'mocha';

import { ElementPlayer } from '../../../client/src/media/sound/element-player.js';
import { sampleMessage } from '../pipeline/media-messages.js';

import { FakeMediaSource, useGlobals } from './fake-media-source.js';

class FakeAudio extends EventTarget {
  static newest: FakeAudio | null = null;
  /** Thrown by `play`. */
  static refusal: Error | null = null;
  src = '';
  volume = 1;
  muted = false;
  currentTime = 0;
  paused = true;

  constructor() {
    super();
    FakeAudio.newest = this;
  }

  play(): Promise<void> {
    if (FakeAudio.refusal) return Promise.reject(FakeAudio.refusal);
    this.paused = false;
    this.dispatchEvent(new Event('playing'));
    return Promise.resolve();
  }

  pause(): void {
    this.paused = true;
  }
}

const init = sampleMessage({ track: 'audio', kind: 'init' }, 'init').message;
const fragment = sampleMessage({ track: 'audio', durationUs: 10_000 }, 'fragment').message;
const refusedByPolicy = new DOMException('play() needs a gesture', 'NotAllowedError');

describe('sound by an audio element', () => {
  useGlobals({ Audio: FakeAudio, MediaSource: FakeMediaSource, window: globalThis });
  let player: ElementPlayer;
  let audio: FakeAudio;
  let blockedChanges: boolean[];
  let failures: Error[];

  beforeEach(() => {
    FakeMediaSource.made = [];
    FakeAudio.refusal = null;
    blockedChanges = [];
    failures = [];
    player = new ElementPlayer('opus', {
      onBlockedChange: (blocked) => blockedChanges.push(blocked),
      onFailed: (error) => failures.push(error),
    });
    audio = FakeAudio.newest!;
  });

  const newestSource = (): FakeMediaSource => FakeMediaSource.newest;

  it('plays what it gets without holes, in a MediaSource of its own', () => {
    assert.equal(ElementPlayer.isSupported('opus'), true);
    player.push(init);
    newestSource().open();
    const { buffer } = newestSource();
    buffer.finish();
    player.push(fragment);
    assert.equal(buffer.log.length, 2);
    assert.equal(buffer.mode, 'sequence');
    assert.equal(audio.paused, false);
    assert.deepEqual(blockedChanges, [false]);
  });

  it('tells that the browser holds sound back, and unlocks on a click', async () => {
    FakeAudio.refusal = refusedByPolicy;
    player.push(init);
    await setImmediate();
    await player.unlock();
    assert.equal(player.blocked, true);
    FakeAudio.refusal = null;
    await player.unlock();
    assert.equal(player.blocked, false);
    assert.deepEqual(blockedChanges, [false]);
  });

  it('skips what it is behind by more than sound may be late', () => {
    player.push(init);
    newestSource().open();
    for (let count = 0; count < 100; count += 1) {
      player.push(fragment);
      newestSource().buffer.finish();
    }
    assert.ok(audio.currentTime > 0.3 && audio.currentTime < 1, `at ${audio.currentTime} s`);
  });

  it('begins anew when a segment is rejected', () => {
    player.push(init);
    newestSource().open();
    newestSource().buffer.reject();
    assert.equal(FakeMediaSource.made.length, 2);
    newestSource().open();
    assert.equal(newestSource().buffer.log.length, 1);
    assert.deepEqual(failures, []);
  });

  it('fails when beginning anew does not help, and does not try for ever', () => {
    player.push(init);
    for (let count = 0; count < 20; count += 1) {
      newestSource().open();
      newestSource().buffer.reject();
    }
    assert.equal(failures.length, 1);
    assert.ok(FakeMediaSource.made.length < 10, `${FakeMediaSource.made.length} sources`);
  });

  it('counts failures anew once sound was taken', () => {
    player.push(init);
    for (let count = 0; count < 20; count += 1) {
      newestSource().open();
      newestSource().buffer.finish();
      player.push(fragment);
      newestSource().buffer.finish();
      player.push(fragment);
      newestSource().buffer.reject();
    }
    assert.deepEqual(failures, []);
  });

  it('is silent once it is closed', () => {
    player.push(init);
    player.close();
    player.push(init);
    assert.equal(FakeMediaSource.made.length, 1);
    assert.equal(audio.paused, true);
  });

  it('leaves out what a managed source does not want, and what would be late afterwards', () => {
    player.push(init);
    newestSource().open();
    const { buffer } = newestSource();
    buffer.finish();
    newestSource().setStreaming(false);
    player.push(fragment);
    assert.equal(buffer.log.length, 1);
    newestSource().setStreaming(true);
    player.push(fragment);
    assert.equal(buffer.log.length, 2);
  });

  it('is silent at volume 0, also where pages may not set the volume', () => {
    player.setVolume(0);
    assert.equal(audio.muted, true);
    player.setVolume(0.5);
    assert.equal(audio.muted, false);
  });
});
