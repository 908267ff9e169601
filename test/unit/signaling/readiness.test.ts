import assert from 'node:assert/strict';

import { HostRegistry } from '../../../signaling/hosts/host-registry.js';
import { Readiness } from '../../../signaling/readiness.js';
import { RoomRegistry } from '../../../signaling/rooms/room-registry.js';
import { FakeClock } from '../fake-clock.js';

import { FakeHostLink } from './fake-links.js';

describe('readiness', () => {
  it('comes with a host whose desktops have started, and goes with the host', () => {
    const clock = new FakeClock();
    const rooms = new RoomRegistry({ clock, memberGraceMs: 0, controlGraceMs: 0, capacity: 9 });
    rooms.add('lobby');
    const hosts = new HostRegistry(() => ['lobby'], clock, 10_000);
    hosts.events.on('assigned', () => rooms.get('lobby')?.setDesktop({ state: 'starting' }));
    const readiness = new Readiness(rooms, hosts);
    assert.equal(readiness.isReady(), false);

    const host = new FakeHostLink('one');
    hosts.add(host);
    assert.equal(readiness.isReady(), false);
    rooms.get('lobby')?.setDesktop({ state: 'running' });
    assert.equal(readiness.isReady(), true);
    rooms.get('lobby')?.setDesktop({ state: 'starting' });
    assert.equal(readiness.isReady(), true);
    hosts.remove(host);
    assert.equal(readiness.isReady(), false);
  });
});
