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

import { SplitProduct } from './split-product.js';
import { framesFromNow, memberNames, programs, Stage, untilSays, watchPicture } from './stage.js';

/** What the issue asks for where UDP is dropped. */
const blockedFirstFrameLimitMs = 6000;
/** Data channels are tried again after 10 s, and then after 20 s more. */
const upgradeTimeoutMs = 45_000;

/** Adds what was measured to the title of the test that runs, for whoever reads the report. */
function note(context: Mocha.Context, firstFrameMs: number): void {
  if (context.test) context.test.title += ` (first frame after ${firstFrameMs.toFixed(0)} ms)`;
}

/** The whole product on an internet of its own, and pages on computers there. */
class NetworkStage {
  readonly #pages = new Cleanup();

  private constructor(
    readonly internet: Internet,
    readonly stage: Stage,
    private readonly cleanup: Cleanup,
  ) {}

  static async open(env: Readonly<Record<string, string>> = {}): Promise<NetworkStage> {
    const cleanup = new Cleanup();
    try {
      const internet = cleanup.add(await Internet.create(), (one) => one.close());
      const { namespace, address } = internet;
      const all = { SHARE_SPACE_HOST: address, ...env };
      const opened = await Stage.open({ namespace, env: all });
      const stage = cleanup.add(opened, (one) => one.close());
      await stage.paint();
      return new NetworkStage(internet, stage, cleanup);
    } catch (error) {
      await cleanup.run();
      throw error;
    }
  }

  /** A page on a computer there. */
  async openPage(home: Home): Promise<TestPage> {
    const browser = await launchBrowser('chromium', { namespace: home.namespace });
    this.#pages.add(browser, (one) => one.close());
    return newProbedPage(browser);
  }

  closePages(): Promise<void> {
    return this.#pages.run();
  }

  async close(): Promise<void> {
    await this.closePages();
    await this.cleanup.run();
  }
}

async function untilPathIs(page: TestPage, path: RegExp, timeoutMs?: number): Promise<void> {
  const isIt = async (): Promise<boolean> => path.test(await page.text('stats'));
  await eventually(`path ${path.source}`, isIt, timeoutMs);
}

const needed = programs.filter((name) => name !== 'firefox-esr');

describeWithNetworks(needed, 'a room on the internet', function () {
  this.timeout(90_000);

  let network: NetworkStage | null = null;
  const there = (): NetworkStage => network!;

  before(async () => {
    network = await NetworkStage.open();
  });
  afterEach(() => network?.closePages());
  after(() => network?.close());

  const ways: readonly (readonly [NatKind, string])[] = [
    ['none', 'a router that is no NAT'],
    ['cone', 'a cone-like NAT'],
    ['symmetric', 'a symmetric NAT'],
  ];
  for (const [kind, name] of ways) {
    it(`is seen directly from behind ${name}`, async function () {
      const { internet, stage } = there();
      const page = await there().openPage(await internet.connectHome(kind));
      note(this, await joinRoom(page, stage.product, 'Ann'));
      await framesFromNow(page);
      await untilPathIs(page, /direct/);
      assert.deepEqual(page.errors, []);
    });
  }

  it('is back by itself when the address of the computer changes', async () => {
    const { internet, stage } = there();
    const home = await internet.connectHome('cone');
    const page = await there().openPage(home);
    await joinRoom(page, stage.product, 'Mia');
    await framesFromNow(page);
    const before = home.address;
    const longestMs = await watchPicture(page);
    await home.move();
    assert.notEqual(home.address, before);
    await framesFromNow(page);
    console.log(`      picture away for ${(await longestMs()).toFixed(0)} ms`);
    // One that had to join anew would be listed beside the one that was.
    const names = await memberNames(page);
    assert.deepEqual(
      names.filter((name) => name === 'Mia'),
      ['Mia'],
    );
  });

  it('is seen over WebSocket where a firewall drops UDP, and over data channels once it does not', async function () {
    const { internet, stage } = there();
    const home = await internet.connectHome('cone');
    await home.router.blockUdp();
    const page = await there().openPage(home);
    const tookMs = await joinRoom(page, stage.product, 'Ann');
    note(this, tookMs);
    assert.ok(tookMs < blockedFirstFrameLimitMs, `${tookMs} ms`);
    await untilSays(page, 'WebSocket (UDP blocked)');
    await framesFromNow(page);
    const longestMs = await watchPicture(page);
    await home.router.unblockUdp();
    await untilPathIs(page, /direct/, upgradeTimeoutMs);
    await framesFromNow(page);
    console.log(`      picture away for ${(await longestMs()).toFixed(0)} ms on the way back`);
    assert.deepEqual(page.errors, []);
  });
});

describeWithNetworks([...needed, 'turnserver'], 'a room that is relayed only', function () {
  this.timeout(90_000);

  let network: NetworkStage | null = null;

  before(async () => {
    network = await NetworkStage.open({
      SHARE_SPACE_ICE_POLICY: 'relay',
      SHARE_SPACE_TURN_SERVER: 'on',
    });
  });
  after(() => network?.close());

  it('is seen from behind a symmetric NAT by way of the built-in TURN server', async function () {
    const { internet, stage } = network!;
    const page = await network!.openPage(await internet.connectHome('symmetric'));
    note(this, await joinRoom(page, stage.product, 'Ann'));
    await framesFromNow(page);
    await untilPathIs(page, /relayed/);
    assert.deepEqual(page.errors, []);
  });
});

describeWithNetworks([...needed, 'turnserver'], 'a room at home, behind a NAT', function () {
  this.timeout(90_000);

  const cleanup = new Cleanup();
  afterEach(() => cleanup.run());

  const ways: readonly (readonly [NatKind, NatKind, RegExp])[] = [
    ['cone', 'cone', /direct/],
    ['symmetric', 'symmetric', /relayed/],
  ];
  for (const [hostKind, pageKind, path] of ways) {
    it(`is seen, ${path.source}, when the media host’s NAT is ${hostKind} and the page’s ${pageKind}`, async function () {
      const internet = cleanup.add(await Internet.create(), (one) => one.close());
      const product = await SplitProduct.start(internet, await internet.connectHome(hostKind));
      cleanup.add(product, (one) => one.stop());
      const { namespace } = await internet.connectHome(pageKind);
      const browser = await launchBrowser('chromium', { namespace });
      cleanup.add(browser, (one) => one.close());
      const page = await newProbedPage(browser);
      note(this, await joinRoom(page, product, 'Ann'));
      await framesFromNow(page);
      await untilPathIs(page, path);
    });
  }
});
