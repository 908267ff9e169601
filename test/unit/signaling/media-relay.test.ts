import assert from 'node:assert/strict';

import { pino } from 'pino';

import { MediaPairs } from '../../../signaling/media/media-pairs.js';
import { MediaRelay, type RelayTraffic } from '../../../signaling/media/media-relay.js';
import { FakeClock } from '../fake-clock.js';

import { FakeRelaySocket } from './fake-relay-socket.js';

describe('a media relay', () => {
  let clock: FakeClock;
  let page: FakeRelaySocket;
  let host: FakeRelaySocket;
  let relay: MediaRelay;
  let closings: RelayTraffic[];

  beforeEach(() => {
    clock = new FakeClock();
    page = new FakeRelaySocket();
    host = new FakeRelaySocket();
    closings = [];
    relay = new MediaRelay(clock, (traffic) => closings.push(traffic));
  });

  const join = (): void => {
    relay.attach('page', page);
    relay.attach('host', host);
  };

  it('reads from neither side before both are there', () => {
    relay.attach('host', host);
    assert.equal(host.isPaused, true);
    relay.attach('page', page);
    assert.deepEqual([host.isPaused, page.isPaused], [false, false]);
  });

  it('takes each side once', () => {
    join();
    assert.equal(relay.attach('page', new FakeRelaySocket()), false);
  });

  it('passes media to the page and text to the host', () => {
    join();
    host.receiveMedia(1000);
    page.receiveText('input {}');
    assert.deepEqual(page.sent, ['1000 bytes']);
    assert.deepEqual(host.sent, ['input {}']);
  });

  it('ends both sides when one sends what it has no business to send', () => {
    for (const misbehave of [() => page.receiveMedia(10), () => host.receiveText('hello')]) {
      page = new FakeRelaySocket();
      host = new FakeRelaySocket();
      relay = new MediaRelay(clock, () => undefined);
      join();
      misbehave();
      assert.deepEqual([page.closedWith, host.closedWith], [1003, 1003]);
      assert.deepEqual([page.sent, host.sent], [[], []]);
    }
  });

  it('reads no more from the host while the page does not keep up, and goes on when it has', () => {
    join();
    for (let count = 0; count < 5; count += 1) host.receiveMedia(60_000);
    assert.equal(host.isPaused, true);
    assert.equal(page.isPaused, false, 'input is not held up');
    page.drain();
    assert.equal(host.isPaused, false);
    relay.close();
    assert.deepEqual(closings, [{ page: 0, host: 300_000, pauses: 1 }]);
  });

  it('ends both sides when either is gone, and says so once', () => {
    for (const event of ['close', 'error']) {
      page = new FakeRelaySocket();
      host = new FakeRelaySocket();
      closings = [];
      relay = new MediaRelay(clock, (traffic) => closings.push(traffic));
      join();
      page.emit(event);
      assert.equal(host.closedWith, 1000);
      host.emit('close');
      assert.equal(closings.length, 1);
      assert.equal(relay.attach('page', new FakeRelaySocket()), false);
    }
  });

  it('cuts off a side that does not answer the goodbye, also one it did not read from', () => {
    relay.attach('host', host);
    relay.close();
    assert.equal(host.isPaused, false);
    clock.advance(1000);
    assert.equal(host.isTerminated, true);
  });
});

describe('the tokens of media sockets', () => {
  let clock: FakeClock;
  let pairs: MediaPairs;

  beforeEach(() => {
    clock = new FakeClock();
    pairs = new MediaPairs(clock, pino({ level: 'silent' }));
  });

  it('count once, on their own side', () => {
    const { page, host } = pairs.open('viewer-1');
    assert.equal(pairs.claim('host', page), null);
    assert.equal(pairs.claim('page', host), null);
    assert.equal(pairs.claim('page', 'guess-guess'), null);
    const relay = pairs.claim('page', page);
    assert.ok(relay);
    assert.equal(pairs.claim('page', page), null);
    assert.equal(pairs.claim('host', host), relay);
  });

  it('count for ten seconds, and who came alone is sent away then', () => {
    const { page, host } = pairs.open('viewer-1');
    const socket = new FakeRelaySocket();
    pairs.claim('page', page)?.attach('page', socket);
    clock.advance(10_000);
    assert.equal(socket.closedWith, 1000);
    assert.equal(pairs.claim('host', host), null);
    assert.equal(pairs.size, 0);
  });

  it('leave a pair that is complete alone', () => {
    const { page, host } = pairs.open('viewer-1');
    pairs.claim('page', page)?.attach('page', new FakeRelaySocket());
    pairs.claim('host', host)?.attach('host', new FakeRelaySocket());
    clock.advance(60_000);
    assert.equal(pairs.size, 1);
    assert.equal(clock.pending, 0);
  });

  it('are void once the viewer is over', () => {
    const { page } = pairs.open('viewer-1');
    pairs.close('viewer-1');
    pairs.close('viewer-1');
    assert.equal(pairs.claim('page', page), null);
    assert.deepEqual([pairs.size, clock.pending], [0, 0]);
  });
});
