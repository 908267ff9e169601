import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';

import { describe, it } from 'mocha';

import { shortestRoundTrip } from '../../../client/src/check/echo.js';
import { gatherReflexive } from '../../../client/src/check/gathering.js';
import { withinLimit } from '../../../client/src/check/time-limit.js';

/** Both ends of a data channel in one: what is sent comes back as told. */
class FakeEcho extends EventTarget {
  readonly source = new EventEmitter();
  readyState: RTCDataChannelState = 'connecting';
  sent: string[] = [];

  constructor(readonly answer: (data: string) => string | null = (data) => data) {
    super();
  }

  send(data: string): void {
    this.sent.push(data);
    const answer = this.answer(data);
    if (answer !== null) queueMicrotask(() => this.source.emit('message', answer));
  }

  open(): void {
    this.readyState = 'open';
    this.dispatchEvent(new Event('open'));
  }
}

describe('the echo of a connection check', () => {
  const measure = (echo: FakeEcho, signal = new AbortController().signal): Promise<number> =>
    shortestRoundTrip(echo as unknown as RTCDataChannel, echo.source, signal);

  it('is measured with a few probes, once the channel is open', async () => {
    const echo = new FakeEcho();
    const measured = measure(echo);
    assert.deepEqual(echo.sent, []);
    echo.open();
    assert.ok((await measured) >= 0);
    assert.equal(echo.sent.length, 5);
  });

  it('is none when something else comes back', async () => {
    const echo = new FakeEcho(() => 'something else');
    const controller = new AbortController();
    const measured = withinLimit(
      (signal) => measure(echo, signal),
      () => -1,
      controller.signal,
      400,
    );
    echo.open();
    assert.equal(await measured, -1);
    assert.equal(echo.sent.length, 5);
  });
});

/** A peer connection that finds what it is told to. */
class FakePeer extends EventTarget {
  closed = false;
  createDataChannel(): void {
    // A peer connection with nothing in it gathers nothing.
  }
  async setLocalDescription(): Promise<void> {
    await Promise.resolve();
  }
  close(): void {
    this.closed = true;
  }
  find(type: RTCIceCandidateType | null): void {
    const event = Object.assign(new Event('icecandidate'), { candidate: type && { type } });
    this.dispatchEvent(event);
  }
}

describe('the gathering of a connection check', () => {
  const gather = (peer: FakePeer, signal: AbortSignal) =>
    gatherReflexive(() => peer as unknown as RTCPeerConnection, [], signal);

  it('ends at the first address a server tells', async () => {
    const peer = new FakePeer();
    const gathered = gather(peer, new AbortController().signal);
    peer.find('host');
    peer.find('srflx');
    const { reflexive, errors } = await gathered;
    assert.deepEqual([reflexive, errors], [true, 0]);
  });

  it('ends when the browser has found all it can, and counts the servers that failed', async () => {
    const peer = new FakePeer();
    const gathered = gather(peer, new AbortController().signal);
    peer.dispatchEvent(new Event('icecandidateerror'));
    peer.find(null);
    const { reflexive, errors } = await gathered;
    assert.deepEqual([reflexive, errors], [false, 1]);
  });

  it('leaves no peer connection behind', async () => {
    const peer = new FakePeer();
    const controller = new AbortController();
    const gathered = gather(peer, controller.signal);
    peer.find('srflx');
    await gathered;
    controller.abort();
    assert.equal(peer.closed, true);
  });
});

describe('a time limit', () => {
  const open = new AbortController().signal;

  it('lets a test end in time, and tells it that it has ended', async () => {
    let own: AbortSignal | null = null;
    const result = await withinLimit(
      (signal) => {
        own = signal;
        return Promise.resolve('in time');
      },
      () => 'late',
      open,
    );
    assert.equal(result, 'in time');
    assert.equal((own as AbortSignal | null)?.aborted, true);
  });

  it('takes the other outcome when the test is late, throws, or is called off', async () => {
    const never = (): Promise<string> => new Promise(() => undefined);
    assert.equal(await withinLimit(never, () => 'late', open, 5), 'late');
    const broken = (): Promise<string> => Promise.reject(new Error('broken'));
    const said = (error: unknown): string => (error instanceof Error ? error.message : 'late');
    assert.equal(await withinLimit(broken, said, open), 'broken');
    assert.equal(await withinLimit(never, () => 'called off', AbortSignal.abort()), 'called off');
  });
});
