import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';

import { after, before, it } from 'mocha';

import type { VideoRendition } from '../../signaling/protocol/media-message.js';
import { BroadcastRecorder } from '../tools/broadcast-recorder.js';
import type { TestPage } from '../tools/browsers/test-page.js';
import { eventually } from '../tools/eventually.js';
import { InputWindow } from '../tools/input-window.js';
import { describeWith } from '../tools/requirements.js';
import { joinRoom, newProbedPage, pagePointOf, roomVideo } from '../tools/room.js';

import { framesFromNow, programs, Stage, untilSays } from './stage.js';

const desktopWidth = 1280;
/** Pictures a second: enough to see that they come, little enough for a busy machine. */
const paintedPerSecond = 12;

describeWith(programs, 'the quality of the picture', function () {
  this.timeout(60_000);

  let stage: Stage;
  let ann: TestPage;
  let bob: TestPage;
  let recorder: BroadcastRecorder;

  before(async () => {
    stage = await Stage.open();
    const chromium = await stage.browser('chromium');
    ann = await newProbedPage(chromium);
    bob = await newProbedPage(chromium);
    const painter = await stage.paint();
    await painter.show('busy', paintedPerSecond);
    const { xauthorityPath } = await stage.product.desktop();
    recorder = new BroadcastRecorder(join(dirname(xauthorityPath), 'broadcast'));
  });

  after(async () => {
    recorder.close();
    await stage.close();
  });

  const evaluate = (page: TestPage, expression: string): Promise<unknown> =>
    page.evaluate(
      `(() => { const video = document.querySelector(${JSON.stringify(roomVideo)}); return ${expression}; })()`,
    );

  async function choose(page: TestPage, choice: 'auto' | VideoRendition): Promise<void> {
    await page.click('quality');
    await page.click(`quality-${choice}`);
  }

  function untilWidth(page: TestPage, width: number): Promise<unknown> {
    return eventually(
      `picture ${width} wide`,
      async () => (await evaluate(page, 'video.videoWidth')) === width,
    );
  }

  /** Counts from now on how often the picture of a page went black. */
  const countEmptied = (page: TestPage): Promise<unknown> =>
    evaluate(
      page,
      `(window.emptied = 0, video.addEventListener('emptied', () => (window.emptied += 1)))`,
    );

  /** What else is sent while so many pictures of a rendition are. */
  async function otherPicturesDuring(rendition: VideoRendition, count: number): Promise<number> {
    const other = rendition === 'main' ? 'small' : 'main';
    recorder.forget();
    await recorder.changes.until(
      `${count} pictures of ${rendition}`,
      () => recorder.fragments('video', rendition).length >= count,
    );
    return recorder.fragments('video', other).length;
  }

  const untilPaused = (rendition: VideoRendition): Promise<unknown> =>
    eventually(`end of the ${rendition} rendition`, async () => {
      const other = rendition === 'main' ? 'small' : 'main';
      return (await otherPicturesDuring(other, 5)) === 0;
    });

  it('is full at first, and nothing else is encoded', async () => {
    await joinRoom(ann, stage.product, 'Ann');
    await framesFromNow(ann, 3);
    await untilWidth(ann, desktopWidth);
    await untilSays(ann, / · 720p · /);
    assert.equal(await otherPicturesDuring('main', 10), 0);
  });

  it('is chosen by a member for itself alone, and changes without a black picture', async () => {
    await joinRoom(bob, stage.product, 'Bob');
    await countEmptied(ann);
    await countEmptied(bob);
    await choose(ann, 'small');
    await untilWidth(ann, desktopWidth / 2);
    await framesFromNow(ann, 3);
    await untilSays(ann, '360p, saving data');
    assert.equal(await evaluate(bob, 'video.videoWidth'), desktopWidth);
    await framesFromNow(bob, 3);
    assert.equal(await evaluate(ann, 'window.emptied'), 0);
    assert.equal(await evaluate(bob, 'window.emptied'), 0);
    assert.ok((await otherPicturesDuring('main', 5)) > 0);
    assert.equal(stage.processes('pipeline').length, 1);
  });

  it('leaves the pointer where it points, also in the small picture', async () => {
    await ann.click('control-request');
    await untilSays(ann, 'You have control');
    const window = await InputWindow.open(await stage.product.desktop());
    try {
      const point = await pagePointOf(ann, 1000, 600);
      await ann.moveMouse(point.x, point.y);
      await ann.mouseDown();
      await ann.mouseUp();
      await window.until('ButtonRelease 1');
      const press = window.events.indexOf('ButtonPress 1');
      const move = window.events.slice(0, press).findLast((event) => event.startsWith('move'));
      const [x = NaN, y = NaN] = (move ?? '').replace('move ', '').split(',').map(Number);
      assert.ok(Math.abs(x - 1000) <= 2 && Math.abs(y - 600) <= 2, move);
    } finally {
      window.close();
    }
  });

  it('is remembered by the browser, and encoded in full no more when nobody wants it so', async () => {
    await bob.click('leave');
    await untilPaused('main');
    await ann.reload();
    await framesFromNow(ann, 3);
    await untilWidth(ann, desktopWidth / 2);
    await untilPaused('main');
    await ann.click('quality');
    const checked = 'document.activeElement.dataset.testid';
    await eventually('focus on what is chosen', async () => {
      return (await evaluate(ann, checked)) === 'quality-small';
    });
  });

  it('is chosen by keyboard, too', async () => {
    await countEmptied(ann);
    await ann.press('ArrowUp');
    await untilWidth(ann, desktopWidth);
    await ann.press('Escape');
    assert.equal(await evaluate(ann, 'document.activeElement.dataset.testid'), 'quality');
    await framesFromNow(ann, 3);
    await untilSays(ann, / · 720p · /);
    assert.equal(await evaluate(ann, 'window.emptied'), 0);
    await untilPaused('small');
  });

  it('does not matter to a hidden page: no picture is made for it until it is seen again', async () => {
    const show = (visibility: 'hidden' | 'visible'): Promise<unknown> =>
      ann.evaluate(
        `(Object.defineProperty(document, 'visibilityState', { value: '${visibility}', configurable: true }),
          document.dispatchEvent(new Event('visibilitychange')))`,
      );
    await show('hidden');
    await recorder.changes.rest(1000);
    const seenMs = performance.now();
    const frames = framesFromNow(ann, 1);
    await show('visible');
    await frames;
    const takenMs = performance.now() - seenMs;
    assert.ok(takenMs < 1000, `${Math.round(takenMs)} ms`);
  });
});
