import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';

import { after, before, it } from 'mocha';

import type { TestBrowser, TestPage } from '../tools/browsers/test-page.js';
import { eventually } from '../tools/eventually.js';
import { describeWith } from '../tools/requirements.js';
import { joinRoom, newProbedPage } from '../tools/room.js';
import { MonitorRecorder } from '../tools/sound/monitor-recorder.js';

import { framesFromNow, memberNames, programs, Stage, untilSays, watchPicture } from './stage.js';

const pipeline = /media-host\/pipeline\/main\.js/;
const fanOut = /media-host\/fan-out\/main\.js/;

describeWith(programs, 'a room that loses a process', function () {
  this.timeout(90_000);

  let stage: Stage;
  let browser: TestBrowser;
  let ann: TestPage;
  let bob: TestPage;
  let memberIds: string[];

  before(async () => {
    stage = await Stage.open();
    const { chromium, firefox } = await stage.browsers();
    browser = chromium;
    await stage.paint();
    ann = await newProbedPage(chromium);
    bob = await newProbedPage(firefox);
    await joinRoom(ann, stage.product, 'Ann');
    await joinRoom(bob, stage.product, 'Bob');
    await ann.click('control-request');
    await untilSays(bob, 'Ann has control');
    memberIds = await Promise.all([memberIdOf(ann), memberIdOf(bob)]);
  });

  after(() => stage.close());

  async function untilNames(page: TestPage, names: readonly string[]): Promise<void> {
    await eventually(`list of ${names.join(', ')}`, async () =>
      isDeepStrictEqual(await memberNames(page), names),
    );
  }

  /** Prints how long something that was done kept the picture away from either page. */
  async function assertComesBackAfter(harm: () => Promise<unknown>): Promise<void> {
    const watches = await Promise.all([watchPicture(ann), watchPicture(bob)]);
    await harm();
    await assertAllIsBack();
    const [annMs = 0, bobMs = 0] = await Promise.all(watches.map((longestMs) => longestMs()));
    console.log(
      `      picture away for ${annMs.toFixed(0)} ms in Chromium, ${bobMs.toFixed(0)} ms in Firefox`,
    );
  }

  /** Both pages show what is painted now, are the members they were, and Ann has control still. */
  async function assertAllIsBack(): Promise<void> {
    await Promise.all([framesFromNow(ann), framesFromNow(bob)]);
    for (const page of [ann, bob]) await untilNames(page, ['Ann', 'Bob']);
    assert.deepEqual(await Promise.all([memberIdOf(ann), memberIdOf(bob)]), memberIds);
    await untilSays(ann, 'You have control');
    await untilSays(bob, 'Ann has control');
  }

  it('shows the picture again by itself after the pipeline was killed', async () => {
    await assertComesBackAfter(() => stage.kill(pipeline));
  });

  it('shows the picture again by itself after the fan-out was killed', async () => {
    await assertComesBackAfter(() => stage.kill(fanOut));
  });

  it('shows the picture again by itself when pipeline and fan-out hang', async () => {
    const hung = [pipeline, fanOut].map((pattern) => stage.process(pattern));
    await assertComesBackAfter(async () => {
      for (const { pid } of hung) process.kill(pid, 'SIGSTOP');
      await stage.untilGone(...hung);
    });
  });

  it('shows the next desktop by itself after the X server was killed', async () => {
    await assertComesBackAfter(async () => {
      await stage.kill(/^(\S*\/)?Xvnc /);
      await stage.paint();
    });
  });

  it('goes on after the sound server was killed, and is heard again', async () => {
    await stage.kill(/^(\S*\/)?pulseaudio /);
    const player = await stage.playBeeps();
    const ears = new MonitorRecorder(stage.speaker('chromium'));
    try {
      await ears.until(({ onsets }) => onsets.length >= 2, 25_000);
    } finally {
      await ears.stop();
      await player.stop();
    }
    await assertAllIsBack();
  });

  it('keeps its members and shows the picture after the signaling service was killed', async () => {
    await assertComesBackAfter(async () => {
      await stage.kill(/signaling\/main\.js/);
      // The picture goes on meanwhile, and the list stays as it was. Who joins now sees what the new
      // service knows, and who sees them join is back.
      await eventually('service that answers', () =>
        fetch(`${stage.product.origin}/livez`).then(
          ({ ok }) => ok,
          () => false,
        ),
      );
      const cem = await newProbedPage(browser);
      await joinRoom(cem, stage.product, 'Cem');
      for (const page of [ann, bob, cem]) await untilNames(page, ['Ann', 'Bob', 'Cem']);
      await untilSays(cem, 'Ann has control');
      await cem.click('leave');
    });
  });

  it('shows the next desktop by itself after the media host was killed', async () => {
    await assertComesBackAfter(async () => {
      await stage.kill(/media-host\/main\.js/);
      await stage.paint();
    });
  });
});

/** Whose token a page keeps (RFC 7519, section 3: the second part are the claims). */
async function memberIdOf(page: TestPage): Promise<string> {
  const token = String(
    await page.evaluate(`sessionStorage.getItem('share-space:test-room:token')`),
  );
  const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
  return (JSON.parse(claims) as { memberId: string }).memberId;
}
