import assert from 'node:assert/strict';

import { tellUpdates } from '../../../signaling/members/room-updates.js';
import { RoomRegistry } from '../../../signaling/rooms/room-registry.js';
import { FakeClock } from '../fake-clock.js';

import { FakeMemberLink } from './fake-links.js';

describe('the updates of a room', () => {
  it('tell the first change at once, and what follows together, ten times a second at most', () => {
    const clock = new FakeClock();
    const rooms = new RoomRegistry({ clock, memberGraceMs: 0, controlGraceMs: 0, capacity: 9 });
    rooms.add('lobby');
    rooms.add('attic');
    const told: [string, string | null][] = [];
    tellUpdates(rooms, clock, (room) => told.push([room.roomId, room.controllerId]));
    const room = rooms.get('lobby')!;
    room.enter({ memberId: 'ada', name: 'Ada' }, new FakeMemberLink());
    clock.advance(0);
    assert.deepEqual(told, [['lobby', null]]);

    for (let count = 0; count < 50; count += 1) {
      room.requestControl('ada');
      room.releaseControl('ada');
    }
    room.requestControl('ada');
    clock.advance(99);
    assert.equal(told.length, 1);
    clock.advance(1);
    assert.deepEqual(told.slice(1), [['lobby', 'ada']]);

    rooms.get('attic')!.setDesktop({ state: 'starting' });
    clock.advance(0);
    assert.deepEqual(told.slice(2), [['attic', null]]);
    clock.advance(1000);
    assert.equal(told.length, 3);
    assert.equal(clock.pending, 0);
    room.releaseControl('ada');
    clock.advance(0);
    assert.deepEqual(told.slice(3), [['lobby', null]]);
  });
});
