import assert from 'node:assert/strict';

import { after, before, it } from 'mocha';

import type { BrowserName, TestBrowser, TestPage } from '../tools/browsers/test-page.js';
import { eventually } from '../tools/eventually.js';
import { callProbe } from '../tools/probe.js';
import { describeWith } from '../tools/requirements.js';
import { newProbedPage, roomVideo } from '../tools/room.js';
import { BeepPlayer } from '../tools/sound/beep-player.js';
import { beep, sampleRateHz, toneLevels } from '../tools/sound/beeps.js';
import { MonitorRecorder } from '../tools/sound/monitor-recorder.js';
import { median } from '../tools/statistics.js';

import {
  controlsOutOfReach,
  framesFromNow,
  memberNames,
  programs,
  sendJoin,
  Stage,
  untilSays,
} from './stage.js';

const refusal = 'The room or the passcode is not right.';
const browserNames: readonly BrowserName[] = ['chromium', 'firefox'];

/** A whole second, in which a beep would have been, without one. */
const isQuiet = ({ recent }: MonitorRecorder): boolean =>
  recent.length === sampleRateHz && Math.max(...toneLevels(recent, beep.frequencyHz)) < 0.01;

describeWith(programs, 'a room in Chromium and Firefox', function () {
  this.timeout(60_000);

  let stage: Stage;
  let browsers: Record<BrowserName, TestBrowser>;
  const pages = new Map<BrowserName, TestPage>();
  const pageOf = (name: BrowserName): TestPage => pages.get(name)!;

  before(async () => {
    stage = await Stage.open();
    browsers = await stage.browsers();
    await stage.paint();
  });

  after(() => stage.close());

  /** Plays beeps on the desktop and listens at a browser's loudspeaker. */
  async function hearing(
    name: BrowserName,
    listen: (ears: MonitorRecorder) => Promise<void>,
  ): Promise<void> {
    const player = new BeepPlayer(await stage.product.desktop());
    const ears = new MonitorRecorder(stage.speaker(name));
    try {
      await listen(ears);
    } finally {
      await ears.stop();
      await player.stop();
    }
  }

  for (const name of browserNames) {
    it(`refuses a wrong passcode in ${name}, says so, and lets in with the right one`, async () => {
      const page = await newProbedPage(browsers[name]);
      pages.set(name, page);
      await page.goto(stage.product.roomUrl);
      await sendJoin(page, `Person in ${name}`, 'wrong passcode');
      await untilSays(page, refusal);
      await page.fill('join-passcode', stage.product.passcode);
      await page.click('join-submit');
      await framesFromNow(page);
    });
  }

  it('tells nobody whether a room exists', async () => {
    const page = await newProbedPage(browsers.chromium);
    await page.goto(`${stage.product.origin}/r/no-such-room`);
    await sendJoin(page, 'Stranger', stage.product.passcode);
    await untilSays(page, refusal);
    await page.close();
  });

  it('shows the same picture in both at the same time, from one encoder', async () => {
    const both = browserNames.map(pageOf);
    await Promise.all(both.map((page) => callProbe(page, 'startFrames', roomVideo, 1280)));
    const seen = await Promise.all(both.map((page) => framesFromNow(page, 45)));
    const reports = await Promise.all(both.map((page) => callProbe(page, 'stopFrames')));
    for (const { frames, unreadable } of reports) {
      assert.ok(frames.length >= 40, `${frames.length} frames`);
      assert.equal(unreadable, 0);
    }
    const [inChromium = [], inFirefox = []] = seen;
    const shared = inChromium.filter((stamp) => inFirefox.includes(stamp));
    assert.ok(shared.length >= 10, `${shared.length} frames in common`);
    assert.equal(stage.processes('pipeline').length, 1);
    assert.equal(stage.processes('ffmpeg').length, 0);
  });

  it('shows who is here to everybody', async () => {
    for (const name of browserNames) {
      assert.deepEqual(await memberNames(pageOf(name)), [
        'Person in chromium',
        'Person in firefox',
      ]);
    }
  });

  for (const name of browserNames) {
    it(`plays in ${name} what the desktop plays`, async () => {
      await hearing(name, async (ears) => {
        await ears.until(({ onsets }) => onsets.length >= 3, 15_000);
        assert.ok(Math.max(...toneLevels(ears.recent, beep.frequencyHz)) > 0.2);
        assert.ok(median(toneLevels(ears.recent, 3333)) < 0.005);
      });
    });

    it(`brings back the same member after a reload in ${name}, without a form`, async () => {
      const page = pageOf(name);
      await page.reload();
      await framesFromNow(page);
      assert.deepEqual(await memberNames(page), ['Person in chromium', 'Person in firefox']);
      assert.equal(await page.evaluate(`document.querySelector('[data-testid=join-name]')`), null);
    });
  }

  it('is muted by a click and heard again after another', async () => {
    const page = pageOf('chromium');
    await hearing('chromium', async (ears) => {
      await page.click('mute');
      await ears.until(isQuiet, 15_000);
      await page.click('mute');
      await ears.until(({ onsets }) => onsets.length >= 2, 15_000);
    });
  });

  it('sends sound as AAC to a browser that plays no Opus', async () => {
    await pageOf('chromium').click('mute');
    const page = await newProbedPage(browsers.chromium);
    // As an iPhone in Lockdown Mode: no WebAssembly, no Web Audio, and no Opus in MP4.
    await page.addInitScript(`
      delete globalThis.WebAssembly;
      delete globalThis.AudioContext;
      const supports = MediaSource.isTypeSupported;
      MediaSource.isTypeSupported = (type) => !type.includes('opus') && supports.call(MediaSource, type);
    `);
    await hearing('chromium', async (ears) => {
      await page.goto(stage.product.roomUrl);
      await sendJoin(page, 'Person of old', stage.product.passcode);
      await framesFromNow(page);
      await ears.until(({ onsets }) => onsets.length >= 2, 15_000);
    });
    await page.close();
    await pageOf('chromium').click('mute');
  });

  it('offers a click for sound the browser holds back, and plays after it', async () => {
    await pageOf('chromium').click('mute');
    const page = await newProbedPage(browsers.chromium);
    // What drives a browser counts as a person's touch, so the browser itself holds nothing back here.
    await page.addInitScript(`
      globalThis.AudioContext = class extends AudioContext {
        constructor(options) { super(options); this.suspend(); }
      };`);
    await hearing('chromium', async (ears) => {
      await page.goto(stage.product.roomUrl);
      await sendJoin(page, 'Person of few clicks', stage.product.passcode);
      await page.waitFor('sound-unlock');
      await ears.until(isQuiet, 15_000);
      await page.click('sound-unlock');
      await ears.until(({ onsets }) => onsets.length >= 2, 15_000);
      const isOffered = `document.querySelector('[data-testid=sound-unlock]') !== null`;
      await eventually('end of the offer', async () => !(await page.evaluate(isOffered)));
    });
    await page.close();
    await pageOf('chromium').click('mute');
  });

  it('falls silent with the volume at its lower end, and comes back with it', async () => {
    const page = pageOf('chromium');
    const setVolume = (percent: number): Promise<unknown> =>
      page.evaluate(`(() => {
        const slider = document.querySelector('[data-testid=volume]');
        slider.value = ${percent};
        slider.dispatchEvent(new Event('input', { bubbles: true }));
      })()`);
    await hearing('chromium', async (ears) => {
      await setVolume(0);
      await ears.until(isQuiet, 15_000);
      await setVolume(100);
      await ears.until(({ onsets }) => onsets.length >= 2, 15_000);
    });
  });

  for (const name of browserNames) {
    it(`tells in ${name} how late, how smooth and which way the picture comes`, async () => {
      const page = pageOf(name);
      const figures = await eventually('figures of the connection', async () =>
        /^(\d+) ms · 720p · (\d+) fps · \S+ [kM]bit\/s · direct$/.exec(await page.text('stats')),
      );
      const [latencyMs, framesPerSecond] = figures.slice(1).map(Number);
      assert.ok(latencyMs! > 0 && latencyMs! < 1000, figures[0]);
      assert.ok(framesPerSecond! > 5 && framesPerSecond! < 70, figures[0]);
    });
  }

  it('fills the screen with the desktop and leaves it again', async () => {
    const page = pageOf('chromium');
    const isFull = async (): Promise<boolean> =>
      (await page.evaluate('document.fullscreenElement !== null')) as boolean;
    await page.click('fullscreen');
    await eventually('full screen', isFull);
    await framesFromNow(page);
    await page.click('fullscreen');
    await eventually('end of the full screen', async () => !(await isFull()));
  });

  const olderBrowsers = {
    'It has no Media Source Extensions':
      'delete globalThis.MediaSource; delete globalThis.ManagedMediaSource;',
    'It is too old': 'delete HTMLVideoElement.prototype.requestVideoFrameCallback;',
  };
  for (const [reason, ageing] of Object.entries(olderBrowsers)) {
    it(`says to a browser that cannot show the room: ${reason}`, async () => {
      const page = await newProbedPage(browsers.chromium);
      await page.addInitScript(ageing);
      await page.goto(stage.product.roomUrl);
      await sendJoin(page, 'Person of long ago', stage.product.passcode);
      await untilSays(page, 'This browser cannot show the room');
      await untilSays(page, reason);
      await page.close();
    });
  }

  it('shows its people and viewers to the operator, after the right password only', async () => {
    const page = await newProbedPage(browsers.chromium);
    await page.goto(`${stage.product.origin}/operator`);
    await page.fill('operator-password', 'wrong password');
    await page.click('operator-submit');
    await untilSays(page, 'That is not the operator password.');
    await page.fill('operator-password', stage.product.operatorPassword);
    await page.click('operator-submit');
    assert.match(await page.text('operator-rooms'), new RegExp(stage.product.room));
    for (const name of browserNames) {
      await eventually(`viewer of ${name}`, async () =>
        (await page.text('operator-viewers')).includes(`Person in ${name}`),
      );
    }
    await page.close();
  });

  const phones = { upright: { width: 390, height: 844 }, sideways: { width: 844, height: 390 } };
  for (const [held, size] of Object.entries(phones)) {
    it(`has every control within reach on a phone held ${held}`, async () => {
      const page = await newProbedPage(browsers.chromium, size);
      await page.goto(stage.product.roomUrl);
      await page.waitFor('join-submit');
      const overhang = 'document.documentElement.scrollWidth - innerWidth';
      assert.equal(await page.evaluate(overhang), 0);
      await sendJoin(page, 'Person with a phone', stage.product.passcode);
      await framesFromNow(page);
      assert.deepEqual(await controlsOutOfReach(page), []);
      await page.close();
    });
  }

  it('leaves no errors in the pages', () => {
    for (const name of browserNames) assert.deepEqual(pageOf(name).errors, []);
  });
});
