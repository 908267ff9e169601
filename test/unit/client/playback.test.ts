import assert from 'node:assert/strict';

import { beforeEach, describe, it } from 'mocha';

import { Playback } from '../../../client/src/session/playback.js';
import type { MediaMessage } from '../../../signaling/protocol/media-message.js';
import { sampleMessage } from '../pipeline/media-messages.js';

const init = (payload: string): MediaMessage => sampleMessage({ kind: 'init' }, payload).message;
const picture = (payload: string, keyFrame = false): MediaMessage =>
  sampleMessage({ keyFrame }, payload).message;

describe('the playback of a page', () => {
  let pushed: string[];
  let players: number;
  let playback: Playback;

  beforeEach(() => {
    pushed = [];
    players = 0;
    playback = new Playback({
      sound: { push: () => pushed.push('sound') } as never,
      makePlayer: () => {
        players += 1;
        return {
          push: ({ payload, gap }) =>
            pushed.push(Buffer.from(payload).toString() + (gap ? ', gap' : '')),
          close: () => pushed.push('closed'),
        };
      },
      onCursor: () => undefined,
      onPointer: () => undefined,
      onDesktopSize: () => undefined,
    });
    playback.changeViewer();
    playback.push(init('stream'));
    playback.push(picture('key', true));
    playback.push(picture('delta'));
    pushed.length = 0;
  });

  it('goes on in the same player with the next viewer of the same stream, at a key frame', () => {
    playback.changeViewer();
    playback.push(init('stream'));
    playback.push(picture('next key', true));
    playback.push(picture('next delta'));
    assert.deepEqual(pushed, ['next key, gap', 'next delta']);
    assert.equal(players, 1);
  });

  it('begins another stream as one, from the next viewer or from the same', () => {
    playback.push(init('stream'));
    playback.changeViewer();
    playback.push(init('other'));
    assert.deepEqual(pushed, ['stream', 'other']);
  });

  it('begins in a new player after a reset', () => {
    playback.reset();
    playback.changeViewer();
    playback.push(init('stream'));
    assert.deepEqual(pushed, ['closed', 'stream']);
    assert.equal(players, 2);
  });
});
