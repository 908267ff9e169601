import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';

import { Counters } from '../../../signaling/counters.js';
import { HostRegistry } from '../../../signaling/hosts/host-registry.js';
import { OperatorFeed } from '../../../signaling/operator/operator-feed.js';
import { OperatorSessions } from '../../../signaling/operator/operator-sessions.js';
import { sessionIdOf } from '../../../signaling/operator/session-cookie.js';
import type { OperatorSnapshot } from '../../../signaling/protocol/operator-events.js';
import { RoomRegistry } from '../../../signaling/rooms/room-registry.js';
import { ViewerRegistry } from '../../../signaling/viewers/viewer-registry.js';
import { FakeClock } from '../fake-clock.js';

import { FakeHostLink, FakeMemberLink } from './fake-links.js';

describe('operator sessions', () => {
  let clock: FakeClock;
  let sessions: OperatorSessions;
  let ended: string[];

  beforeEach(() => {
    clock = new FakeClock();
    sessions = new OperatorSessions(clock);
    ended = [];
    sessions.events.on('ended', (sessionId) => ended.push(sessionId));
  });

  it('last until they are logged out', () => {
    const sessionId = sessions.create();
    assert.equal(sessions.has(sessionId), true);
    assert.equal(sessions.has('guessed'), false);
    sessions.end(sessionId);
    sessions.end(sessionId);
    assert.equal(sessions.has(sessionId), false);
    assert.deepEqual(ended, [sessionId]);
    assert.equal(clock.pending, 0);
  });

  it('end after half a day', () => {
    const sessionId = sessions.create();
    clock.advance(12 * 3600 * 1000);
    assert.equal(sessions.has(sessionId), false);
    assert.deepEqual(ended, [sessionId]);
  });

  it('are a hundred at most: the oldest ends', () => {
    const sessionIds = Array.from({ length: 101 }, () => sessions.create());
    assert.deepEqual(ended, sessionIds.slice(0, 1));
  });

  it('are found in a cookie among others, and only whole', () => {
    const idIn = (cookie: string): string | null =>
      sessionIdOf({ headers: { cookie } } as unknown as IncomingMessage);
    assert.equal(idIn('a=b; share_space_operator=abcdefghij; c=d'), 'abcdefghij');
    assert.equal(idIn('share_space_operator=abcdefghij'), 'abcdefghij');
    assert.equal(idIn('x_share_space_operator=abcdefghij'), null);
    assert.equal(idIn('share_space_operator=abc<defghij'), null);
    assert.equal(idIn(''), null);
  });
});

describe('the operator’s feed', () => {
  let clock: FakeClock;
  let rooms: RoomRegistry;
  let hosts: HostRegistry;
  let viewers: ViewerRegistry;
  let feed: OperatorFeed;
  let told: OperatorSnapshot[];

  beforeEach(() => {
    clock = new FakeClock();
    rooms = new RoomRegistry({ clock, memberGraceMs: 0, controlGraceMs: 0, capacity: 9 });
    rooms.add('lobby');
    hosts = new HostRegistry(() => ['lobby'], clock, 10_000);
    viewers = new ViewerRegistry();
    feed = new OperatorFeed({ rooms, hosts, viewers, counters: new Counters(), clock });
    told = [];
    feed.events.on('snapshot', (snapshot) => told.push(snapshot));
  });

  it('shows rooms with members, viewers and host, and hosts with rooms', () => {
    const host = new FakeHostLink('one');
    const link = new FakeMemberLink();
    hosts.add(host);
    rooms.get('lobby')?.enter({ memberId: 'ada', name: 'Ada' }, link);
    const viewer = { viewerId: 'v', roomId: 'lobby', memberId: 'ada', link, host, sinceMs: 5 };
    viewers.add(viewer);
    const { rooms: shownRooms, hosts: shownHosts, counters } = feed.snapshot();
    assert.deepEqual(shownHosts, [{ hostId: 'one', connectedSinceMs: 0, rooms: ['lobby'] }]);
    assert.equal(shownRooms.length, 1);
    assert.equal(shownRooms[0]?.hostId, 'one');
    assert.deepEqual(shownRooms[0].members, [{ memberId: 'ada', name: 'Ada', connected: true }]);
    assert.deepEqual(shownRooms[0].viewers, [{ viewerId: 'v', memberId: 'ada', sinceMs: 5 }]);
    assert.equal(counters['unknownEvents'], 0);
  });

  it('tells a change at once, and then at most once a second', () => {
    const room = rooms.get('lobby');
    room?.setDesktop({ state: 'starting' });
    clock.advance(0);
    assert.equal(told.length, 1);
    for (let count = 0; count < 10; count += 1) {
      room?.setDesktop({ state: 'running' });
      clock.advance(50);
    }
    assert.equal(told.length, 1);
    clock.advance(500);
    assert.equal(told.length, 2);
    assert.equal(told[1]?.rooms[0]?.desktop.state, 'running');
    clock.advance(60_000);
    assert.equal(told.length, 2);
    room?.setDesktop({ state: 'failed' });
    clock.advance(0);
    assert.equal(told.length, 3);
  });

  it('tells of hosts and viewers too', () => {
    hosts.add(new FakeHostLink('one'));
    clock.advance(0);
    assert.equal(told.length, 1);
    clock.advance(2000);
    const link = new FakeMemberLink();
    const host = new FakeHostLink('one');
    viewers.add({ viewerId: 'v', roomId: 'lobby', memberId: 'ada', link, host, sinceMs: 5 });
    clock.advance(0);
    assert.equal(told.length, 2);
  });

  it('tells nothing after it was closed', () => {
    rooms.get('lobby')?.setDesktop({ state: 'running' });
    feed.close();
    clock.advance(5000);
    assert.deepEqual(told, []);
  });
});
