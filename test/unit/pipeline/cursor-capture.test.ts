import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';

import { describe, it } from 'mocha';
import type { CursorImage } from 'x11';

import { CursorCapture } from '../../../media-host/pipeline/capture/cursor-capture.js';
import { shapeOf, type CursorShape } from '../../../media-host/pipeline/capture/cursor-shape.js';
import type { XDisplay } from '../../../media-host/pipeline/capture/x-display.js';
import { FakeClock } from '../fake-clock.js';

/** A shape that is red at its hotspot and transparent elsewhere. */
function image(width: number, height: number, xhot: number, yhot: number): CursorImage {
  const cursorImage = Buffer.alloc(width * height * 4);
  cursorImage.set([0, 0, 128, 128], (yhot * width + xhot) * 4);
  return { x: 5, y: 6, width, height, xhot, yhot, cursorSerial: 1, cursorImage } as CursorImage;
}

const pixelAt = ({ pixels, width }: CursorShape, x: number, y: number): number[] => [
  ...pixels.subarray((y * width + x) * 4, (y * width + x) * 4 + 4),
];

describe('the shape of the pointer', () => {
  it('is passed on whole, in straight colours', () => {
    const shape = shapeOf(image(24, 30, 3, 29));
    assert.deepEqual([shape.width, shape.height], [24, 30]);
    assert.deepEqual([shape.hotspotX, shape.hotspotY], [3, 29]);
    assert.deepEqual(pixelAt(shape, 3, 29), [255, 0, 0, 128]);
  });

  for (const [xhot, yhot] of [
    [0, 0],
    [1499, 1499],
    [700, 20],
  ] as const) {
    it(`is cut to a bounded size around its hotspot at ${xhot}, ${yhot}`, () => {
      const shape = shapeOf(image(1500, 1500, xhot, yhot));
      assert.deepEqual([shape.width, shape.height], [256, 256]);
      assert.equal(shape.pixels.length, 256 * 256 * 4);
      assert.deepEqual(pixelAt(shape, shape.hotspotX, shape.hotspotY), [255, 0, 0, 128]);
    });
  }

  it('is read at once when it changes, and then no more than twenty times a second', async () => {
    const clock = new FakeClock();
    const client = new EventEmitter();
    let asked: ((error: Error | null, image: CursorImage) => boolean)[] = [];
    const fixes = {
      CursorNotifyMask: { DisplayCursor: 1 },
      SelectCursorInput: () => undefined,
      GetCursorImage: (callback: (typeof asked)[0]) => asked.push(callback),
      QueryVersion: (_major: number, _minor: number, done: (error: null) => void) => done(null),
    };
    const display = {
      client: Object.assign(client, {
        require: (_name: string, done: (error: null, extension: unknown) => void) =>
          done(null, fixes),
      }),
      screen: { root: 1 },
    };
    const widths: number[] = [];
    await CursorCapture.open(
      display as unknown as XDisplay,
      { onShape: ({ width }) => widths.push(width), onPosition: () => undefined },
      clock,
    );
    const answer = (width: number): void => {
      const waiting = asked;
      asked = [];
      for (const callback of waiting) callback(null, image(width, 1, 0, 0));
    };
    answer(1);
    assert.deepEqual(widths, [1]);
    for (let count = 0; count < 100; count += 1) client.emit('event', { name: 'CursorNotify' });
    assert.equal(asked.length, 0);
    clock.advance(50);
    assert.equal(asked.length, 1);
    answer(2);
    assert.deepEqual(widths, [1, 2]);
    clock.advance(1000);
    assert.equal(asked.length, 0);
    client.emit('event', { name: 'CursorNotify' });
    assert.equal(asked.length, 1);
  });
});
