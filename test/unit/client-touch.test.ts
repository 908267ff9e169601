import assert from 'node:assert/strict';

import { beforeEach, describe, it } from 'mocha';

import { TouchGestures } from '../../client/src/input/touch-gestures.js';

describe('touch', () => {
  let log: string[];
  let timer: (() => void) | null;
  let touch: TouchGestures;

  beforeEach(() => {
    log = [];
    timer = null;
    touch = new TouchGestures(
      {
        move: ({ x, y }) => log.push(`move ${x},${y}`),
        press: ({ x, y }, buttons) => log.push(`press ${x},${y} ${buttons}`),
        scroll: ({ x, y }, deltaX, deltaY) => log.push(`scroll ${x},${y} ${deltaX},${deltaY}`),
      },
      (callback) => {
        timer = callback;
        return () => {
          timer = null;
        };
      },
    );
  });

  it('clicks on a tap', () => {
    touch.down(1, { x: 10, y: 20 });
    touch.move(1, { x: 13, y: 20 });
    touch.up(1);
    assert.deepEqual(log, ['press 13,20 1', 'press 13,20 0']);
    assert.equal(timer, null);
  });

  it('clicks the right button on a long press, and nothing when the finger lifts', () => {
    touch.down(1, { x: 10, y: 20 });
    timer?.();
    touch.move(1, { x: 90, y: 90 });
    touch.up(1);
    assert.deepEqual(log, ['press 10,20 4', 'press 10,20 0']);
  });

  it('drags from where the finger went down', () => {
    touch.down(1, { x: 10, y: 20 });
    touch.move(1, { x: 40, y: 20 });
    touch.up(1);
    assert.deepEqual(log, ['press 10,20 1', 'move 40,20', 'press 40,20 0']);
    assert.equal(timer, null);
  });

  it('is not disturbed by a second finger while dragging', () => {
    touch.down(1, { x: 10, y: 20 });
    touch.move(1, { x: 40, y: 20 });
    touch.down(2, { x: 300, y: 300 });
    touch.move(2, { x: 310, y: 310 });
    touch.up(2);
    touch.up(1);
    assert.deepEqual(log, ['press 10,20 1', 'move 40,20', 'press 40,20 0']);
  });

  it('scrolls with two fingers, the content following them', () => {
    touch.down(1, { x: 100, y: 100 });
    touch.down(2, { x: 200, y: 100 });
    touch.move(1, { x: 100, y: 60 });
    touch.move(2, { x: 200, y: 60 });
    touch.up(1);
    touch.move(2, { x: 200, y: 0 });
    touch.up(2);
    assert.deepEqual(log, ['scroll 150,100 0,20', 'scroll 150,100 0,20']);
  });

  it('starts afresh after a reset', () => {
    touch.down(1, { x: 10, y: 20 });
    touch.reset();
    touch.up(1);
    assert.deepEqual(log, []);
    assert.equal(timer, null);
    touch.down(1, { x: 1, y: 2 });
    touch.up(1);
    assert.deepEqual(log, ['press 1,2 1', 'press 1,2 0']);
  });
});
