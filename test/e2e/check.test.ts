import assert from 'node:assert/strict';

import { after, before, it } from 'mocha';

import { browserNames } from '../tools/browsers/launch.js';
import type { BrowserName, TestBrowser, TestPage } from '../tools/browsers/test-page.js';
import { eventually } from '../tools/eventually.js';
import { describeWith } from '../tools/requirements.js';

import { programs, Stage, visibleText } from './stage.js';

/** As an add-on does that blocks WebRTC. */
const withoutWebRtc = 'delete window.RTCPeerConnection;';
/** The page's own time limits, and a busy machine. */
const checkTimeoutMs = 25_000;

/** The state of each line of a finished check, by the test's name. */
async function linesOf(page: TestPage): Promise<Record<string, string>> {
  return eventually(
    'finished check',
    async () => {
      const lines = (await page.evaluate(
        `Object.fromEntries([...document.querySelectorAll('[data-state]')].map(
          ({ dataset }) => [dataset.testid.replace('check-', ''), dataset.state]))`,
      )) as Record<string, string>;
      const states = Object.values(lines);
      return states.length > 0 && !states.includes('testing') ? lines : null;
    },
    checkTimeoutMs,
  );
}

const verdictOf = (page: TestPage): Promise<unknown> =>
  page.evaluate(`document.querySelector('[data-testid="check-verdict"]').dataset.verdict`);

describeWith(programs, 'the connection check in Chromium and Firefox', function () {
  this.timeout(60_000);

  let stage: Stage;
  let browsers: Record<BrowserName, TestBrowser>;

  before(async () => {
    stage = await Stage.open();
    const [chromium, firefox] = await Promise.all([
      stage.browser('chromium'),
      stage.browser('firefox'),
    ]);
    browsers = { chromium, firefox };
  });

  after(() => stage.close());

  for (const name of browserNames) {
    it(`finds everything fine in ${name}, from the join page on`, async () => {
      const page = await browsers[name].newPage();
      await page.goto(stage.product.roomUrl);
      await page.click('join-check');
      const { stun, turn, ...lines } = await linesOf(page);
      assert.deepEqual(lines, {
        page: 'fine',
        websocket: 'fine',
        udp: 'fine',
        media: 'fine',
        picture: 'fine',
        sound: 'fine',
        secure: 'fine',
      });
      // What is configured depends on the machine; nothing of it may fail.
      assert.notEqual(stun, 'failed');
      assert.notEqual(turn, 'failed');
      assert.equal(await verdictOf(page), 'direct');
      assert.match(await page.text('check-udp'), /\d ms/);
      assert.deepEqual(page.errors, []);
      await page.close();
    });

    it(`says what is not possible without WebRTC in ${name}, and what will come of it`, async () => {
      const page = await browsers[name].newPage();
      await page.addInitScript(withoutWebRtc);
      await page.goto(`${stage.product.origin}/check`);
      const lines = await linesOf(page);
      for (const test of ['udp', 'stun', 'turn']) assert.equal(lines[test], 'unavailable');
      for (const test of ['page', 'websocket', 'media']) assert.equal(lines[test], 'fine');
      assert.equal(await verdictOf(page), 'websocket');
      assert.match(await visibleText(page), /Switch WebRTC on/);
      await page.close();
    });
  }

  it('fails within its time limit where nothing gets through, and says what to do', async () => {
    const page = await browsers.chromium.newPage();
    // Nothing the page says of its way reaches the media host, as if every packet were lost.
    await page.addInitScript(`
      const send = WebSocket.prototype.send;
      WebSocket.prototype.send = function (data) {
        if (!String(data).includes('check:connect')) send.call(this, data);
      };
    `);
    await page.goto(`${stage.product.origin}/check`);
    const lines = await linesOf(page);
    assert.equal(lines['udp'], 'failed');
    assert.equal(await verdictOf(page), 'websocket');
    assert.match(await page.text('check-udp'), /firewall blocks UDP/);
    await page.click('check-again');
    assert.equal((await linesOf(page))['udp'], 'failed');
    await page.close();
  });

  it('hands out a report that names no secret', async () => {
    const page = await browsers.chromium.newPage();
    // As on a page that came over plain HTTP.
    await page.addInitScript(`
      Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true });
    `);
    await page.goto(`${stage.product.origin}/check?room=${stage.product.room}`);
    await linesOf(page);
    await page.click('check-copy');
    const report = String(
      await page.evaluate(`document.querySelector('[data-testid="check-report"]').value`),
    );
    assert.match(report, /UDP, direct: fine, [\d.]+ ms/);
    assert.match(report, /Chrome\//);
    assert.ok(!report.includes(stage.product.room));
    await page.close();
  });
});
