import assert from 'node:assert/strict';

import { RequestError } from '../../../signaling/protocol/result.js';
import { Room } from '../../../signaling/rooms/room.js';
import { FakeClock } from '../fake-clock.js';

import { FakeMemberLink } from './fake-links.js';

const ada = { memberId: 'ada-00000', name: 'Ada' };
const bob = { memberId: 'bob-00000', name: 'Bob' };

const hasCode =
  (code: string, message?: RegExp) =>
  (error: unknown): boolean =>
    error instanceof RequestError && error.code === code && (message?.test(error.message) ?? true);

describe('a room', () => {
  let clock: FakeClock;
  let room: Room;

  beforeEach(() => {
    clock = new FakeClock();
    room = new Room('lobby', {
      clock,
      memberGraceMs: 10_000,
      controlGraceMs: 4000,
      capacity: 2,
    });
  });

  it('lists its members in the order they came', () => {
    room.enter(ada, new FakeMemberLink());
    room.enter(bob, new FakeMemberLink());
    assert.deepEqual(room.snapshot().members, [
      { ...ada, connected: true },
      { ...bob, connected: true },
    ]);
  });

  it('refuses one member too many, and counts dropped ones', () => {
    const link = new FakeMemberLink();
    room.enter(ada, link);
    room.enter(bob, new FakeMemberLink());
    room.drop(ada.memberId, link);
    assert.throws(
      () => room.enter({ memberId: 'eve-00000', name: 'Eve' }, new FakeMemberLink()),
      hasCode('room-full'),
    );
    room.enter(ada, new FakeMemberLink());
  });

  it('lists a dropped member as such until the grace time is over', () => {
    const link = new FakeMemberLink();
    room.enter(ada, link);
    room.drop(ada.memberId, link);
    clock.advance(9999);
    assert.deepEqual(room.snapshot().members, [{ ...ada, connected: false }]);
    clock.advance(1);
    assert.deepEqual(room.snapshot().members, []);
  });

  it('gives a returning member the name and place they had', () => {
    const link = new FakeMemberLink();
    room.enter(ada, link);
    room.enter(bob, new FakeMemberLink());
    room.drop(ada.memberId, link);
    room.enter({ ...ada, name: 'Mallory' }, new FakeMemberLink());
    clock.advance(60_000);
    assert.deepEqual(room.snapshot().members[0], { ...ada, connected: true });
  });

  it('names the connection that a second one of the same member replaces, and forgets it', () => {
    const first = new FakeMemberLink();
    const second = new FakeMemberLink();
    assert.equal(room.enter(ada, first), null);
    assert.equal(room.enter(ada, second), first);
    room.drop(ada.memberId, first);
    assert.deepEqual(room.snapshot().members, [{ ...ada, connected: true }]);
  });

  it('keeps control for a dropped member for its own grace time', () => {
    const link = new FakeMemberLink();
    room.enter(ada, link);
    room.requestControl(ada.memberId);
    room.drop(ada.memberId, link);
    clock.advance(3999);
    assert.equal(room.controllerId, ada.memberId);
    clock.advance(1);
    assert.equal(room.controllerId, null);
    assert.equal(room.snapshot().members.length, 1);
  });

  it('says by name who has control', () => {
    room.enter(ada, new FakeMemberLink());
    room.enter(bob, new FakeMemberLink());
    room.requestControl(ada.memberId);
    assert.throws(() => room.requestControl(bob.memberId), hasCode('control-taken', /^Ada has/));
    assert.throws(() => room.releaseControl(bob.memberId), hasCode('control-not-held'));
  });

  it('frees control when its holder leaves, or is not back before the list forgets them', () => {
    const patient = new Room('lobby', {
      clock,
      memberGraceMs: 1000,
      controlGraceMs: 60_000,
      capacity: 2,
    });
    const link = new FakeMemberLink();
    patient.enter(ada, link);
    patient.requestControl(ada.memberId);
    patient.drop(ada.memberId, link);
    clock.advance(1000);
    assert.equal(patient.controllerId, null);

    patient.enter(bob, link);
    patient.requestControl(bob.memberId);
    patient.remove(bob.memberId);
    assert.equal(patient.controllerId, null);
    assert.equal(clock.pending, 0);
  });

  it('voids the tokens of those it removed, and of nobody else', () => {
    room.enter(ada, new FakeMemberLink());
    const issuedAtMs = clock.nowMs();
    room.remove(ada.memberId);
    assert.equal(room.hasRemoved(ada.memberId, issuedAtMs), true);
    assert.equal(room.hasRemoved(bob.memberId, issuedAtMs), false);
  });

  it('voids all earlier tokens once it had to forget a removal', () => {
    const issuedAtMs = clock.nowMs();
    clock.advance(1000);
    for (let count = 0; count <= 10_000; count += 1) room.remove(`member-${count}`);
    assert.equal(room.hasRemoved('member-0', issuedAtMs), true);
    assert.equal(room.hasRemoved(bob.memberId, issuedAtMs), true);
    assert.equal(room.hasRemoved(bob.memberId, clock.nowMs() + 1), false);
  });

  it('tells of each change, and of who has control', () => {
    const controllers: (string | null)[] = [];
    let changes = 0;
    room.events.on('change', () => (changes += 1));
    room.events.on('controller', (id) => controllers.push(id));
    room.enter(ada, new FakeMemberLink());
    room.requestControl(ada.memberId);
    room.releaseControl(ada.memberId);
    room.setDesktop({ state: 'running' });
    assert.deepEqual(controllers, [ada.memberId, null]);
    assert.equal(changes, 4);
    assert.deepEqual(room.snapshot().desktop, { state: 'running' });
  });

  it('leaves no timer behind when it is closed', () => {
    const link = new FakeMemberLink();
    room.enter(ada, link);
    room.requestControl(ada.memberId);
    room.drop(ada.memberId, link);
    room.close();
    room.close();
    assert.equal(clock.pending, 0);
  });
});
