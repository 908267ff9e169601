import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';

import { afterEach, beforeEach, describe, it } from 'mocha';
import { effectScope } from 'vue';

import { type OperatorSocket, useOperator } from '../../../client/src/composables/use-operator.js';
import { text } from '../../../client/src/text/index.js';
import type { OperatorSnapshot } from '../../../signaling/protocol/operator-events.js';

const snapshot: OperatorSnapshot = { rooms: [], hosts: [], counters: {} };

/** A connection to the service that a test makes and breaks. */
class FakeSocket extends EventEmitter {
  active = true;
  attempts = 0;

  connect(): this {
    this.active = true;
    this.attempts += 1;
    return this;
  }

  disconnect(): this {
    this.active = false;
    this.emit('disconnect', 'io client disconnect');
    return this;
  }

  override off(): this {
    return this.removeAllListeners();
  }

  /** The service cannot be reached; the client tries again. */
  miss(): void {
    this.emit('connect_error', new Error('websocket error'));
  }

  /** The service does not let this browser in; the client gives up. */
  refuse(): void {
    this.active = false;
    this.emit('connect_error', new Error('Please log in.'));
  }

  accept(): void {
    this.emit('connect');
    this.emit('operator:snapshot', snapshot);
  }
}

describe('the operator’s login', () => {
  const { fetch } = globalThis;
  const { warn } = console;
  let scope: ReturnType<typeof effectScope>;
  let socket: FakeSocket;
  let operator: ReturnType<typeof useOperator>;
  /** What the service answers to a request; null when it is not reached. */
  let status: number | null;
  let requests: string[];

  beforeEach(() => {
    status = 204;
    requests = [];
    globalThis.fetch = (url, options) => {
      requests.push(`${options?.method ?? 'GET'} ${typeof url === 'string' ? url : ''}`);
      if (status === null) return Promise.reject(new TypeError('fetch failed'));
      return Promise.resolve(new Response(null, { status }));
    };
    console.warn = () => undefined;
    socket = new FakeSocket();
    scope = effectScope();
    operator = scope.run(() => useOperator(() => socket as unknown as OperatorSocket))!;
  });

  afterEach(() => {
    scope.stop();
    globalThis.fetch = fetch;
    console.warn = warn;
  });

  const shown = (): [string, string] => [operator.state.value, operator.error.value];

  it('is not asked for in a browser that is logged in', () => {
    assert.deepEqual(shown(), ['checking', '']);
    socket.accept();
    assert.deepEqual(shown(), ['live', '']);
    assert.equal(operator.snapshot.value, snapshot);
  });

  it('is asked for without a reproach in a browser that is not', () => {
    socket.refuse();
    assert.deepEqual(shown(), ['logged-out', '']);
  });

  it('opens the dashboard', async () => {
    socket.refuse();
    const done = operator.logIn('secret');
    assert.deepEqual(shown(), ['logging-in', '']);
    await done;
    assert.deepEqual(requests, ['POST /api/operator/session']);
    assert.equal(socket.attempts, 1);
    socket.accept();
    assert.deepEqual(shown(), ['live', '']);
  });

  it('says that the service is away when it goes away after taking the password', async () => {
    socket.refuse();
    await operator.logIn('secret');
    socket.miss();
    assert.deepEqual(shown(), ['checking', text.operator.waiting]);
    socket.accept();
    assert.deepEqual(shown(), ['live', '']);
  });

  it('says that the browser did not keep it', async () => {
    socket.refuse();
    await operator.logIn('secret');
    socket.refuse();
    assert.deepEqual(shown(), ['logged-out', text.operator.notKept]);
  });

  const answers: readonly (readonly [number | null, string])[] = [
    [401, text.operator.wrongPassword],
    [429, text.operator.tooMany],
    [500, text.operator.unexpected(500)],
    [null, text.operator.unreachable],
  ];
  for (const [answer, reason] of answers) {
    it(`gives its reason when the answer is ${answer ?? 'none'}`, async () => {
      socket.refuse();
      status = answer;
      await operator.logIn('secret');
      assert.deepEqual(shown(), ['logged-out', reason]);
      assert.equal(socket.attempts, 0);
    });
  }

  it('keeps what was last heard in view while the connection is lost', () => {
    socket.accept();
    socket.emit('disconnect', 'transport close');
    assert.equal(operator.state.value, 'stale');
    assert.equal(operator.snapshot.value, snapshot);
    socket.miss();
    assert.equal(operator.state.value, 'stale');
    socket.accept();
    assert.equal(operator.state.value, 'live');
  });

  it('is asked for again, with the reason, when it has ended', () => {
    socket.accept();
    socket.active = false;
    socket.emit('disconnect', 'io server disconnect');
    assert.deepEqual(shown(), ['logged-out', text.operator.expired]);
    assert.equal(operator.snapshot.value, null);
  });

  it('ends with the log-out, which forgets what was seen', async () => {
    socket.accept();
    await operator.logOut();
    assert.deepEqual(requests, ['DELETE /api/operator/session']);
    assert.deepEqual(shown(), ['logged-out', '']);
    assert.equal(operator.snapshot.value, null);
  });

  it('stays when the log-out does not arrive, and says so', async () => {
    socket.accept();
    status = null;
    await operator.logOut();
    assert.deepEqual(shown(), ['live', text.operator.logOutFailed]);
  });

  it('leaves nothing behind with its page', () => {
    scope.stop();
    assert.equal(socket.active, false);
    assert.equal(socket.eventNames().length, 0);
  });
});
