import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';

import { describe, it } from 'mocha';

import type { IpcEndpoint } from '../../../media-host/supervision/ipc-messages.js';
import { RequestChannel, serveRequests } from '../../../media-host/supervision/ipc.js';
import { fail, ok, RequestError } from '../../../signaling/protocol/result.js';

/** One end of a channel without processes; `peer` is the other. */
class FakeEndpoint extends EventEmitter implements IpcEndpoint {
  connected = true;
  peer: FakeEndpoint | null = null;
  /** While false, what is sent stays in the pipe. */
  flowing = true;
  sent = 0;

  send(
    message: unknown,
    _handle: undefined,
    _options: undefined,
    callback: (error: Error | null) => void,
  ): boolean {
    this.sent += 1;
    if (!this.flowing) return false;
    queueMicrotask(() => {
      callback(null);
      this.peer?.emit('message', structuredClone(message));
    });
    return true;
  }

  disconnect(): void {
    this.connected = false;
    this.emit('disconnect');
  }
}

function pair(): [FakeEndpoint, FakeEndpoint] {
  const parent = new FakeEndpoint();
  const child = new FakeEndpoint();
  parent.peer = child;
  child.peer = parent;
  return [parent, child];
}

type Requests = {
  double: { payload: number; answer: number };
  refuse: { payload: null; answer: never };
  break: { payload: null; answer: never };
  wait: { payload: null; answer: null };
};
type Notices = { note: string };

function serve(endpoint: FakeEndpoint) {
  const notes: string[] = [];
  const faults: unknown[] = [];
  const close = serveRequests<Requests, Notices>(
    endpoint,
    {
      double: (value) => value * 2,
      refuse: () => {
        throw new RequestError('viewer-unknown', 'There is no such viewer.');
      },
      break: () => {
        throw new Error('a secret detail');
      },
      wait: () => new Promise(() => undefined),
    },
    { note: (text) => void notes.push(text) },
    (error) => faults.push(error),
  );
  return { notes, faults, close };
}

describe('requests over a process channel', () => {
  it('are answered', async () => {
    const [parent, child] = pair();
    serve(child);
    const channel = new RequestChannel<Requests>(parent);
    assert.deepEqual(await channel.request('double', 21, 1000), ok(42));
  });

  it('carry the code of a refusal', async () => {
    const [parent, child] = pair();
    serve(child);
    const channel = new RequestChannel<Requests>(parent);
    assert.deepEqual(
      await channel.request('refuse', null, 1000),
      fail('viewer-unknown', 'There is no such viewer.'),
    );
  });

  it('that break a handler tell the asker nothing of its inside', async () => {
    const [parent, child] = pair();
    const { faults } = serve(child);
    const channel = new RequestChannel<Requests>(parent);
    assert.deepEqual(
      await channel.request('break', null, 1000),
      fail('internal-error', 'Something went wrong.'),
    );
    assert.equal(faults.length, 1);
  });

  it('of unknown names, those of Object.prototype among them, are refused', async () => {
    const [parent, child] = pair();
    serve(child);
    const channel = new RequestChannel<Record<string, { payload: null; answer: null }>>(parent);
    for (const name of ['nothing', 'toString', '__proto__']) {
      const result = await channel.request(name, null, 1000);
      assert.equal(!result.ok && result.error.code, 'bad-request');
    }
  });

  it('fail when the process goes, and so do later ones', async () => {
    const [parent, child] = pair();
    serve(child);
    const channel = new RequestChannel<Requests>(parent);
    const pending = channel.request('wait', null, 60_000);
    parent.disconnect();
    assert.equal((await pending).ok, false);
    assert.equal((await channel.request('double', 1, 1000)).ok, false);
    assert.equal(parent.listenerCount('message'), 0);
    assert.equal(parent.listenerCount('disconnect'), 0);
  });

  it('fail when no answer comes in time', async () => {
    const [parent, child] = pair();
    serve(child);
    const channel = new RequestChannel<Requests>(parent);
    const result = await channel.request('wait', null, 1);
    assert.match(result.ok ? '' : result.error.message, /not answered within 1 ms/);
  });

  it('are bounded in number', async () => {
    const [parent] = pair();
    const channel = new RequestChannel<Requests>(parent);
    const pending = Array.from({ length: 256 }, () => channel.request('wait', null, 60_000));
    const refused = await channel.request('wait', null, 60_000);
    assert.match(refused.ok ? '' : refused.error.message, /Too many requests/);
    assert.equal(parent.sent, 256);
    channel.close();
    await Promise.all(pending);
  });

  it('ignore what is no message of the channel', async () => {
    const [parent, child] = pair();
    const { notes } = serve(child);
    const channel = new RequestChannel<Requests>(parent);
    for (const rubbish of [null, 'x', 7, {}, { type: 'request' }, { type: 'response', id: 1 }]) {
      child.emit('message', rubbish);
      parent.emit('message', rubbish);
    }
    assert.deepEqual(await channel.request('double', 2, 1000), ok(4));
    assert.deepEqual(notes, []);
  });
});

describe('notices over a process channel', () => {
  it('arrive', async () => {
    const [parent, child] = pair();
    const { notes } = serve(child);
    const channel = new RequestChannel<Requests, Notices>(parent);
    assert.equal(channel.notify('note', 'hello'), true);
    await channel.request('double', 1, 1000);
    assert.deepEqual(notes, ['hello']);
  });

  it('are dropped, and the sender told, when the channel is full', () => {
    const [parent] = pair();
    parent.flowing = false;
    const channel = new RequestChannel<Requests, Notices>(parent);
    const taken = Array.from({ length: 1100 }, () => channel.notify('note', 'x'));
    assert.equal(taken.filter(Boolean).length, 1024);
    assert.equal(parent.sent, 1024);
  });

  it('are dropped when the process is gone', () => {
    const [parent] = pair();
    const channel = new RequestChannel<Requests, Notices>(parent);
    parent.disconnect();
    assert.equal(channel.notify('note', 'x'), false);
  });
});
