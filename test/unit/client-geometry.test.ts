import assert from 'node:assert/strict';

import { describe, it } from 'mocha';

import { fitPicture, toDesktopPoint } from '../../client/src/input/geometry.js';

const desktop = { width: 1280, height: 720 };

describe('the picture in the window', () => {
  it('fills the width of a tall space and keeps its aspect', () => {
    assert.deepEqual(fitPicture(desktop, { width: 640, height: 900 }, 1), {
      width: 640,
      height: 360,
    });
  });

  it('fills the height of a wide space', () => {
    assert.deepEqual(fitPicture(desktop, { width: 4000, height: 1440 }, 1), {
      width: 2560,
      height: 1440,
    });
  });

  it('is shown at life size when the space is only a little larger', () => {
    assert.deepEqual(fitPicture(desktop, { width: 1340, height: 800 }, 1), desktop);
    assert.deepEqual(fitPicture(desktop, { width: 670, height: 400 }, 2), {
      width: 640,
      height: 360,
    });
  });

  it('is never larger than the space', () => {
    const { width, height } = fitPicture(desktop, { width: 1270, height: 800 }, 1);
    assert.ok(width <= 1270 && height <= 800);
  });

  it('is nothing without a desktop or a space', () => {
    assert.deepEqual(fitPicture({ width: 0, height: 0 }, { width: 100, height: 100 }, 1), {
      width: 0,
      height: 0,
    });
    assert.deepEqual(fitPicture(desktop, { width: 100, height: -5 }, 1), { width: 0, height: 0 });
  });
});

describe('a point on the picture', () => {
  // 1280x720 in 1000x1000: 1000x562.5 with 218.75 of letterbox above and below.
  const element = { left: 100, top: 50, width: 1000, height: 1000 };

  it('maps through scale and letterbox to the desktop pixel shown there', () => {
    const middle = toDesktopPoint({ x: 600, y: 550 }, element, desktop);
    assert.deepEqual(middle, { x: 640, y: 360, onPicture: true });
    const topLeft = toDesktopPoint({ x: 100, y: 50 + 219 }, element, desktop);
    assert.deepEqual(topLeft, { x: 0, y: 0, onPicture: true });
  });

  it('maps through a letterbox at the sides', () => {
    const wide = { left: 0, top: 0, width: 2000, height: 720 };
    assert.deepEqual(toDesktopPoint({ x: 360, y: 10 }, wide, desktop), {
      x: 0,
      y: 10,
      onPicture: true,
    });
  });

  it('is held at the edge of the desktop and marked when it lies beside the picture', () => {
    assert.deepEqual(toDesktopPoint({ x: 5000, y: 60 }, element, desktop), {
      x: 1279,
      y: 0,
      onPicture: false,
    });
    assert.deepEqual(toDesktopPoint({ x: -5000, y: 5000 }, element, desktop), {
      x: 0,
      y: 719,
      onPicture: false,
    });
  });

  it('counts the last pixel as picture and the next as letterbox', () => {
    const life = { left: 0, top: 0, width: 1280, height: 720 };
    assert.equal(toDesktopPoint({ x: 1279.9, y: 719.9 }, life, desktop)?.onPicture, true);
    assert.equal(toDesktopPoint({ x: 1280, y: 719.9 }, life, desktop)?.onPicture, false);
  });

  it('is unknown while there is no picture or no room for it', () => {
    assert.equal(toDesktopPoint({ x: 0, y: 0 }, element, { width: 0, height: 0 }), null);
    const hidden = { left: 0, top: 0, width: 0, height: 0 };
    assert.equal(toDesktopPoint({ x: 0, y: 0 }, hidden, desktop), null);
  });
});
