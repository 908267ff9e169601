import assert from 'node:assert/strict';

import { beforeEach, describe, it } from 'mocha';

import { AssignedRooms } from '../../media-host/host/assigned-rooms.js';
import type { RoomSpec } from '../../signaling/protocol/room.js';

const specOf = (roomId: string, framesPerSecond = 30): RoomSpec => ({
  roomId,
  size: { width: 640, height: 480 },
  framesPerSecond,
  videoBitrateKbps: 1000,
  videoBitrateMinKbps: 100,
});

/** A room that is gone when the test says so. */
class FakeRoom {
  stops = 0;
  gone: () => void = () => undefined;

  constructor(readonly spec: RoomSpec) {}

  stop(): Promise<void> {
    this.stops += 1;
    return new Promise((resolve) => {
      this.gone = resolve;
    });
  }
}

describe('the rooms of a media host', () => {
  let started: FakeRoom[];
  let rooms: AssignedRooms<FakeRoom>;
  beforeEach(() => {
    started = [];
    rooms = new AssignedRooms((spec) => {
      const room = new FakeRoom(spec);
      started.push(room);
      return room;
    });
  });
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('are started once, however often they are assigned', () => {
    rooms.assign([specOf('lobby')]);
    rooms.assign([specOf('lobby'), specOf('attic')]);
    assert.deepEqual(
      started.map(({ spec }) => spec.roomId),
      ['lobby', 'attic'],
    );
  });

  it('are started anew when they come back while they are being stopped, and not before', async () => {
    rooms.assign([specOf('lobby')]);
    rooms.assign([]);
    assert.equal(rooms.get('lobby'), undefined);
    rooms.assign([specOf('lobby')]);
    await settled();
    assert.equal(started.length, 1);
    started[0]?.gone();
    await settled();
    assert.equal(started.length, 2);
    assert.equal(rooms.get('lobby'), started[1]);
    assert.deepEqual(
      started.map(({ stops }) => stops),
      [1, 0],
    );
  });

  it('are started anew when something of them has changed', async () => {
    rooms.assign([specOf('lobby')]);
    rooms.assign([specOf('lobby', 15)]);
    started[0]?.gone();
    await settled();
    assert.equal(rooms.get('lobby')?.spec.framesPerSecond, 15);
  });

  it('are all gone when the host has closed, whatever was about to start', async () => {
    rooms.assign([specOf('lobby')]);
    rooms.assign([]);
    rooms.assign([specOf('lobby')]);
    let hasClosed = false;
    const closing = rooms.close().then(() => (hasClosed = true));
    await settled();
    assert.equal(hasClosed, false);
    started[0]?.gone();
    await closing;
    assert.equal(started.length, 1);
  });
});
