import assert from 'node:assert/strict';

import { beforeEach, describe, it } from 'mocha';

import { RemoteCandidates } from '../../../client/src/transport/remote-candidates.js';

class FakeTaker extends EventTarget {
  readonly taken: string[] = [];

  constructor(public remoteDescription: RTCSessionDescription | null = description) {
    super();
  }

  addIceCandidate({ candidate }: RTCIceCandidateInit): Promise<void> {
    this.taken.push(candidate ?? '');
    return Promise.reject(new Error('too late for it'));
  }
}

const description = {} as RTCSessionDescription;

describe('candidates of the media host', () => {
  let candidates: RemoteCandidates;
  const feed = (owner: string, taker: FakeTaker): (() => void) => candidates.feed(owner, taker);

  beforeEach(() => {
    candidates = new RemoteCandidates();
  });

  it('reach the peer connection they are for, and no other', () => {
    const [a, b] = [new FakeTaker(), new FakeTaker()];
    feed('a', a);
    feed('b', b);
    candidates.deliver('b', 'one');
    assert.deepEqual([a.taken, b.taken], [[], ['one']]);
  });

  it('wait for a peer connection that is not there yet, and are handed over once', () => {
    const [first, second] = [new FakeTaker(), new FakeTaker()];
    candidates.deliver('a', 'one');
    candidates.deliver('a', 'two');
    feed('a', first);
    feed('a', second);
    assert.deepEqual([first.taken, second.taken], [['one', 'two'], []]);
  });

  it('wait for the description of the other side', () => {
    const taker = new FakeTaker(null);
    feed('a', taker);
    candidates.deliver('a', 'one');
    taker.dispatchEvent(new Event('signalingstatechange'));
    assert.deepEqual(taker.taken, []);
    taker.remoteDescription = description;
    taker.dispatchEvent(new Event('signalingstatechange'));
    assert.deepEqual(taker.taken, ['one']);
  });

  it('are forgotten, the oldest first, when too many are for nobody', () => {
    for (let i = 0; i < 100; i += 1) candidates.deliver('a', String(i));
    const taker = new FakeTaker();
    feed('a', taker);
    assert.equal(taker.taken.length, 64);
    assert.equal(taker.taken.at(-1), '99');
  });

  it('reach nobody any more when the peer connection is closed', () => {
    const taker = new FakeTaker();
    feed('a', taker)();
    candidates.deliver('a', 'one');
    assert.deepEqual(taker.taken, []);
  });
});
