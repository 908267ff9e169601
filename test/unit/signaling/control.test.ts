import assert from 'node:assert/strict';

import { Control } from '../../../signaling/rooms/control.js';
import { FakeClock } from '../fake-clock.js';

describe('control of a desktop', () => {
  let clock: FakeClock;
  let changes: (string | null)[];
  let control: Control;

  beforeEach(() => {
    clock = new FakeClock();
    changes = [];
    control = new Control({ clock, graceMs: 10_000, onChange: (id) => changes.push(id) });
  });

  it('is granted at once when it is free', () => {
    assert.deepEqual(control.request('ada'), { granted: true });
    assert.equal(control.controllerId, 'ada');
    assert.deepEqual(changes, ['ada']);
  });

  it('is refused with the holder while somebody has it', () => {
    control.request('ada');
    assert.deepEqual(control.request('bob'), { granted: false, holderId: 'ada' });
    assert.equal(control.controllerId, 'ada');
    assert.deepEqual(changes, ['ada']);
  });

  it('stays with a member who asks again', () => {
    control.request('ada');
    assert.deepEqual(control.request('ada'), { granted: true });
    assert.deepEqual(changes, ['ada']);
  });

  it('is released by its holder only', () => {
    control.request('ada');
    assert.equal(control.release('bob'), false);
    assert.equal(control.controllerId, 'ada');
    assert.equal(control.release('ada'), true);
    assert.equal(control.release('ada'), false);
    assert.deepEqual(changes, ['ada', null]);
  });

  it('is kept for a dropped member for the grace time, and free after it', () => {
    control.request('ada');
    control.memberDropped('ada');
    clock.advance(9999);
    assert.equal(control.state.name, 'awaited');
    assert.deepEqual(control.request('bob'), { granted: false, holderId: 'ada' });
    clock.advance(1);
    assert.equal(control.state.name, 'free');
    assert.deepEqual(changes, ['ada', null]);
  });

  it('is still theirs when a dropped member returns in time', () => {
    control.request('ada');
    control.memberDropped('ada');
    clock.advance(9999);
    control.memberReturned('ada');
    clock.advance(60_000);
    assert.deepEqual(control.state, { name: 'held', memberId: 'ada' });
    assert.deepEqual(changes, ['ada']);
  });

  it('goes to the next who asks after the grace time, and the late one does not get it back', () => {
    control.request('ada');
    control.memberDropped('ada');
    clock.advance(10_000);
    control.request('bob');
    control.memberReturned('ada');
    assert.equal(control.controllerId, 'bob');
  });

  it('does not change when somebody else drops or returns', () => {
    control.request('ada');
    control.memberDropped('bob');
    control.memberReturned('bob');
    assert.deepEqual(control.state, { name: 'held', memberId: 'ada' });
    assert.equal(clock.pending, 0);
  });

  it('leaves no timer behind when it is closed or released while awaited', () => {
    control.request('ada');
    control.memberDropped('ada');
    control.release('ada');
    assert.equal(clock.pending, 0);
    control.request('ada');
    control.memberDropped('ada');
    control.close();
    control.close();
    assert.equal(clock.pending, 0);
  });
});
