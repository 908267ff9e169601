import assert from 'node:assert/strict';

import { beforeEach, describe, it } from 'mocha';

import { toButtonMask } from '../../client/src/input/pointer-buttons.js';
import { PointerStream } from '../../client/src/input/pointer-stream.js';
import { WheelClicks } from '../../client/src/input/wheel-clicks.js';
import type { Input } from '../../signaling/protocol/viewer-messages.js';

describe('mouse buttons', () => {
  const cases = [
    { name: 'none', dom: 0, mask: 0 },
    { name: 'left', dom: 1, mask: 1 },
    { name: 'right', dom: 2, mask: 4 },
    { name: 'middle', dom: 4, mask: 2 },
    { name: 'back', dom: 8, mask: 128 },
    { name: 'forward', dom: 16, mask: 256 },
    { name: 'left and right', dom: 3, mask: 5 },
    { name: 'an eraser, which a desktop has no button for', dom: 32, mask: 0 },
  ];
  for (const { name, dom, mask } of cases) {
    it(`become the X11 mask ${mask} for ${name}`, () => assert.equal(toButtonMask(dom), mask));
  }
});

describe('the wheel', () => {
  const pixels = (deltaY: number, deltaX = 0) => ({ deltaX, deltaY, deltaMode: 0 });

  it('adds fine turns up to whole clicks and keeps the remainder', () => {
    const wheel = new WheelClicks();
    assert.equal(wheel.turn(pixels(25)), null);
    assert.equal(wheel.turn(pixels(25)), null);
    assert.deepEqual(wheel.turn(pixels(25)), { deltaX: 0, deltaY: 1 });
    assert.deepEqual(wheel.turn(pixels(45)), { deltaX: 0, deltaY: 1 });
  });

  it('understands lines and pages', () => {
    assert.deepEqual(new WheelClicks().turn({ deltaX: 0, deltaY: 3, deltaMode: 1 }), {
      deltaX: 0,
      deltaY: 1,
    });
    assert.deepEqual(new WheelClicks().turn({ deltaX: 0, deltaY: -1, deltaMode: 2 }), {
      deltaX: 0,
      deltaY: -10,
    });
  });

  it('counts both directions apart', () => {
    assert.deepEqual(new WheelClicks().turn(pixels(-60, 120)), { deltaX: 2, deltaY: -1 });
  });

  it('answers a turn the other way at once', () => {
    const wheel = new WheelClicks();
    wheel.turn(pixels(59));
    assert.deepEqual(wheel.turn(pixels(-60)), { deltaX: 0, deltaY: -1 });
  });

  it('never sends more clicks than one message may carry, nor saves them up', () => {
    const wheel = new WheelClicks();
    assert.deepEqual(wheel.turn(pixels(1_000_000)), { deltaX: 0, deltaY: 20 });
    assert.equal(wheel.turn(pixels(1)), null);
  });
});

describe('the pointer stream', () => {
  let sent: Input[];
  let frames: (() => void)[];
  let stream: PointerStream;
  const paint = (): void => frames.splice(0).forEach((callback) => callback());

  beforeEach(() => {
    sent = [];
    frames = [];
    stream = new PointerStream(
      (input) => sent.push(input),
      (callback) => {
        frames.push(callback);
        return () => {
          frames = frames.filter((waiting) => waiting !== callback);
        };
      },
    );
  });

  it('sends the first move at once and later ones of the same frame as one', () => {
    stream.move({ x: 1, y: 1 });
    stream.move({ x: 2, y: 2 });
    stream.move({ x: 3, y: 3 });
    assert.deepEqual(sent, [{ type: 'pointer', x: 1, y: 1, buttons: 0 }]);
    paint();
    assert.deepEqual(sent.at(-1), { type: 'pointer', x: 3, y: 3, buttons: 0 });
    assert.equal(sent.length, 2);
  });

  it('rests when nothing moved during a frame', () => {
    stream.move({ x: 1, y: 1 });
    paint();
    paint();
    assert.equal(sent.length, 1);
    stream.move({ x: 2, y: 2 });
    assert.equal(sent.length, 2);
  });

  it('sends buttons at once, in order, and never a stale position after them', () => {
    stream.move({ x: 1, y: 1 });
    stream.move({ x: 2, y: 2 });
    stream.press({ x: 5, y: 5 }, 1);
    stream.press({ x: 6, y: 6 }, 0);
    paint();
    assert.deepEqual(sent.slice(1), [
      { type: 'pointer', x: 5, y: 5, buttons: 1 },
      { type: 'pointer', x: 6, y: 6, buttons: 0 },
    ]);
  });

  it('moves with the buttons that are down', () => {
    stream.press({ x: 1, y: 1 }, 4);
    stream.move({ x: 2, y: 2 });
    assert.deepEqual(sent.at(-1), { type: 'pointer', x: 2, y: 2, buttons: 4 });
  });

  it('turns the wheel where the pointer is', () => {
    stream.wheel({ x: 7, y: 8 }, { deltaX: 0, deltaY: -2 });
    assert.deepEqual(sent, [{ type: 'wheel', x: 7, y: 8, deltaX: 0, deltaY: -2 }]);
  });

  it('forgets held buttons and waiting moves when reset', () => {
    stream.press({ x: 1, y: 1 }, 1);
    stream.move({ x: 2, y: 2 });
    stream.move({ x: 3, y: 3 });
    stream.reset();
    paint();
    assert.equal(sent.length, 2);
    stream.move({ x: 4, y: 4 });
    assert.deepEqual(sent.at(-1), { type: 'pointer', x: 4, y: 4, buttons: 0 });
  });
});
