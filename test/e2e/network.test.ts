import assert from 'node:assert/strict';

import { after, afterEach, before, it } from 'mocha';

import { launchBrowser } from '../tools/browsers/launch.js';
import type { TestPage } from '../tools/browsers/test-page.js';
import { Cleanup } from '../tools/cleanup.js';
import { eventually } from '../tools/eventually.js';
import { type Home, Internet } from '../tools/network/internet.js';
import { describeWithNetworks } from '../tools/network/network-needs.js';
import type { NatKind } from '../tools/network/router.js';
import { joinRoom, newProbedPage } from '../tools/room.js';

import { framesFromNow, memberNames, programs, Stage } from './stage.js';

/** Adds what was measured to the title of the test that runs, for whoever reads the report. */
function note(context: Mocha.Context, firstFrameMs: number): void {
  if (context.test) context.test.title += ` (first frame after ${firstFrameMs.toFixed(0)} ms)`;
}

describeWithNetworks(programs, 'a room on the internet', function () {
  this.timeout(90_000);

  const cleanup = new Cleanup();
  const setting = new Cleanup();
  let internet: Internet;
  let stage: Stage;

  before(async () => {
    internet = setting.add(await Internet.create(), (one) => one.close());
    const env = { SHARE_SPACE_HOST: internet.address };
    const opened = await Stage.open({ namespace: internet.namespace, env });
    stage = setting.add(opened, (one) => one.close());
    await stage.paint();
  });

  afterEach(() => cleanup.run());
  after(() => setting.run());

  /** A page on a computer that is connected like this. */
  async function openPage(home: Home): Promise<TestPage> {
    const browser = await launchBrowser('chromium', { namespace: home.namespace });
    cleanup.add(browser, (one) => one.close());
    return newProbedPage(browser);
  }

  async function untilPathIs(page: TestPage, path: string): Promise<void> {
    await eventually(`path ${path}`, async () => (await page.text('stats')).endsWith(path));
  }

  const ways: readonly (readonly [NatKind, string])[] = [
    ['none', 'a router that is no NAT'],
    ['cone', 'a cone-like NAT'],
    ['symmetric', 'a symmetric NAT'],
  ];
  for (const [kind, name] of ways) {
    it(`is seen directly from behind ${name}`, async function () {
      const page = await openPage(await internet.connectHome(kind));
      note(this, await joinRoom(page, stage.product, 'Ann'));
      await framesFromNow(page);
      await untilPathIs(page, 'direct');
      assert.deepEqual(page.errors, []);
    });
  }

  it('is back by itself when the address of the computer changes', async () => {
    const home = await internet.connectHome('cone');
    const page = await openPage(home);
    await joinRoom(page, stage.product, 'Ann');
    await framesFromNow(page);
    const before = home.address;
    await home.move();
    assert.notEqual(home.address, before);
    await framesFromNow(page);
    assert.deepEqual(await memberNames(page), ['Ann']);
  });
});
