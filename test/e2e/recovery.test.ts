import { isDeepStrictEqual } from 'node:util';

import { after, before, it } from 'mocha';

import type { TestPage } from '../tools/browsers/test-page.js';
import { eventually } from '../tools/eventually.js';
import { describeWith } from '../tools/requirements.js';
import { joinRoom, newProbedPage } from '../tools/room.js';
import { MonitorRecorder } from '../tools/sound/monitor-recorder.js';

import { framesFromNow, memberNames, programs, Stage, untilSays, untilSilent } from './stage.js';

const pipeline = /media-host\/pipeline\/main\.js/;
const fanOut = /media-host\/fan-out\/main\.js/;

describeWith(programs, 'a room that loses a process', function () {
  this.timeout(90_000);

  let stage: Stage;
  let ann: TestPage;
  let bob: TestPage;

  before(async () => {
    stage = await Stage.open();
    const { chromium, firefox } = await stage.browsers();
    await stage.paint();
    ann = await newProbedPage(chromium);
    bob = await newProbedPage(firefox);
    await joinRoom(ann, stage.product, 'Ann');
    await joinRoom(bob, stage.product, 'Bob');
  });

  after(() => stage.close());

  /** Both pages show what is painted now, and know each other still: each comes back at its own time. */
  async function assertAllIsBack(): Promise<void> {
    await Promise.all([framesFromNow(ann), framesFromNow(bob)]);
    for (const page of [ann, bob]) {
      await eventually('both members in the list', async () =>
        isDeepStrictEqual(await memberNames(page), ['Ann', 'Bob']),
      );
    }
  }

  it('shows the picture again by itself after the pipeline was killed', async () => {
    await stage.kill(pipeline);
    await assertAllIsBack();
  });

  it('shows the picture again by itself after the fan-out was killed', async () => {
    await stage.kill(fanOut);
    await assertAllIsBack();
  });

  it('shows the picture again by itself when pipeline and fan-out hang', async () => {
    const hung = [pipeline, fanOut].map((pattern) => stage.process(pattern));
    for (const { pid } of hung) process.kill(pid, 'SIGSTOP');
    await stage.untilGone(...hung);
    await assertAllIsBack();
  });

  it('shows the next desktop by itself after the X server was killed', async () => {
    await stage.kill(/^(\S*\/)?Xvnc /);
    await stage.paint();
    await assertAllIsBack();
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
    // The picture goes on meanwhile, and the list stays as it was: neither says that a page is back.
    const noticed = [ann, bob].map((page) => untilSays(page, 'Connection lost'));
    await Promise.all([...noticed, stage.kill(/signaling\/main\.js/)]);
    await Promise.all([ann, bob].map((page) => untilSilent(page, 'Connection lost')));
    await ann.click('control-request');
    await untilSays(bob, 'Ann has control');
    await ann.click('control-release');
    await untilSays(bob, 'Nobody has control');
    await assertAllIsBack();
  });

  it('shows the next desktop by itself after the media host was killed', async () => {
    await stage.kill(/media-host\/main\.js/);
    await stage.paint();
    await assertAllIsBack();
  });
});
