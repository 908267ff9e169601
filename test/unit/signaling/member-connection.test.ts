import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';

import { pino } from 'pino';

import { Counters } from '../../../signaling/counters.js';
import { RequestBudget } from '../../../signaling/limits/request-budget.js';
import { MemberConnection } from '../../../signaling/members/member-connection.js';
import type {
  MemberConnectionParts,
  MemberSocket,
} from '../../../signaling/members/member-connection.js';
import type { Result } from '../../../signaling/protocol/result.js';
import { FakeClock } from '../fake-clock.js';

/** As much of a socket as a connection needs. */
class FakeSocket extends EventEmitter {
  readonly id = 'socket';
  readonly handshake = { headers: {} };
  connected = true;
  onAny(): void {}
  async join(): Promise<void> {}
  async leave(): Promise<void> {}
  disconnect(): void {
    this.connected = false;
  }

  request(event: string, payload: unknown): Promise<Result<unknown>> {
    return new Promise((resolve) => this.emit(event, payload, resolve));
  }
}

describe('the connection of a page', () => {
  let clock: FakeClock;
  let socket: FakeSocket;
  let connection: MemberConnection;

  beforeEach(() => {
    clock = new FakeClock();
    socket = new FakeSocket();
    const parts = {
      members: {
        join: () =>
          Promise.resolve({ membership: { roomId: 'lobby', memberId: 'ada' }, welcome: {} }),
        leave: () => undefined,
        drop: () => undefined,
      },
      checks: { closeAllOf: () => undefined },
      addressOf: () => '192.0.2.1',
      guestTimeoutMs: 60_000,
      budget: new RequestBudget(100, 10),
      counters: new Counters(),
      clock,
      log: pino({ enabled: false }),
    };
    connection = new MemberConnection(
      socket as unknown as MemberSocket,
      parts as unknown as MemberConnectionParts,
    );
  });

  const join = async (): Promise<void> => {
    const answer = await socket.request('join', { roomId: 'lobby', name: 'Ada', passcode: 'x' });
    assert.ok(answer.ok);
  };

  it('ends when nobody has joined over it for a while', () => {
    clock.advance(59_999);
    assert.ok(socket.connected);
    clock.advance(1);
    assert.equal(socket.connected, false);
  });

  it('lasts once somebody has joined, and ends some time after they left', async () => {
    await join();
    clock.advance(3_600_000);
    assert.ok(socket.connected);
    assert.ok((await socket.request('leave', {})).ok);
    clock.advance(59_999);
    assert.ok(socket.connected);
    clock.advance(1);
    assert.equal(socket.connected, false);
  });

  it('leaves no timer behind', () => {
    connection.lost(true);
    assert.equal(clock.pending, 0);
  });
});
