import assert from 'node:assert/strict';

import { beforeEach, describe, it } from 'mocha';

import { GroupCache } from '../../../media-host/pipeline/broadcast/group-cache.js';
import {
  mediaHeaderSizeBytes,
  type MediaHeader,
} from '../../../signaling/protocol/media-message.js';

import { sampleMessage } from './media-messages.js';

const limits = { messages: 5, sizeBytes: 1000 };

describe('the group cache', () => {
  let cache: GroupCache;

  beforeEach(() => {
    cache = new GroupCache(limits);
  });

  function push(header: Partial<MediaHeader>, payload: string | number = 1): Uint8Array {
    const { encoded, message } = sampleMessage(header, payload);
    cache.push(encoded, message);
    return encoded;
  }

  it('has nothing at first', () => {
    assert.deepEqual(cache.preamble(), []);
    assert.equal(cache.group('main'), null);
  });

  it('keeps the newest init segment of each track, and the cursor as it is', () => {
    push({ kind: 'init', track: 'video' }, 'old');
    push({ kind: 'cursor', track: 'none' }, 'arrow');
    const video = push({ kind: 'init', track: 'video' }, 'new');
    const audio = push({ kind: 'init', track: 'audio' }, 'sound');
    const cursor = push({ kind: 'cursor', track: 'none' }, 'hand');
    const pointer = push({ kind: 'pointer', track: 'none' }, 'here');
    push({ kind: 'clock', track: 'none' });
    assert.deepEqual(cache.preamble(), [video, audio, cursor, pointer]);
  });

  it('keeps the pictures since the last key frame, oldest first', () => {
    push({ keyFrame: true }, 'a');
    push({}, 'b');
    const group = [push({ keyFrame: true }, 'c'), push({}, 'd'), push({}, 'e')];
    push({ track: 'audio', keyFrame: true }, 'sound');
    assert.deepEqual(cache.group('main'), group);
  });

  it('keeps no pictures that do not begin with a key frame', () => {
    push({});
    push({});
    assert.equal(cache.group('main'), null);
  });

  it('gives up a group of too many pictures until the next key frame', () => {
    push({ keyFrame: true });
    for (let at = 0; at < limits.messages - 1; at += 1) push({});
    assert.equal(cache.group('main')?.length, limits.messages);
    push({});
    assert.equal(cache.group('main'), null);
    push({});
    assert.equal(cache.group('main'), null);
    push({ keyFrame: true });
    assert.equal(cache.group('main')?.length, 1);
  });

  it('gives up a group of too many bytes', () => {
    push({ keyFrame: true }, limits.sizeBytes - 2 * mediaHeaderSizeBytes);
    push({}, 0);
    assert.equal(cache.group('main')?.length, 2);
    push({}, 1);
    assert.equal(cache.group('main'), null);
  });

  it('forgets pictures alone, or everything', () => {
    const init = push({ kind: 'init' }, 'video');
    push({ keyFrame: true });
    cache.clearGroup('main');
    assert.equal(cache.group('main'), null);
    push({});
    assert.equal(cache.group('main'), null, 'a picture whose key frame was forgotten is of no use');
    assert.deepEqual(cache.preamble(), [init]);
    cache.clear();
    assert.deepEqual(cache.preamble(), []);
  });
});
