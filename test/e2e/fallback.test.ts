import assert from 'node:assert/strict';

import { after, before, it } from 'mocha';

import type { TestBrowser, TestPage } from '../tools/browsers/test-page.js';
import { eventually } from '../tools/eventually.js';
import { describeWith } from '../tools/requirements.js';
import { joinRoom, newProbedPage } from '../tools/room.js';

import { framesFromNow, programs, Stage, untilSays } from './stage.js';

/**
 * Takes a page its UDP: a peer connection that may use relays alone, and has none, finds no way, as
 * behind a firewall that drops all UDP. `false` gives it back to connections made from then on.
 */
const blockUdp = `
  globalThis.udpIsBlocked = true;
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(settings) {
      super(
        globalThis.udpIsBlocked
          ? { ...settings, iceServers: [], iceTransportPolicy: 'relay' }
          : settings,
      );
    }
  };
`;
const overWebSocket = 'WebSocket (UDP blocked)';
/** What the issue asks for. */
const firstFrameLimitMs = 6000;

describeWith(programs, 'a room in a network that lets no UDP pass', function () {
  this.timeout(120_000);

  let stage: Stage;
  let browser: TestBrowser;
  let ann: TestPage;

  before(async () => {
    stage = await Stage.open();
    browser = await stage.browser('chromium');
    await stage.paint();
  });

  after(() => stage.close());

  it('shows its picture over WebSocket within six seconds, and says so', async () => {
    ann = await newProbedPage(browser);
    await ann.addInitScript(blockUdp);
    const tookMs = await joinRoom(ann, stage.product, 'Ann');
    console.log(`      first frame after ${tookMs.toFixed(0)} ms`);
    assert.ok(tookMs < firstFrameLimitMs, `${tookMs} ms`);
    await untilSays(ann, overWebSocket);
    await framesFromNow(ann);
  });

  it('takes input the same way', async () => {
    await ann.click('control-request');
    await eventually('release button', () =>
      ann.evaluate(`document.querySelector('[data-testid="control-release"]') !== null`),
    );
  });

  it('is back on data channels by itself once UDP passes, without a moment of black', async () => {
    await ann.evaluate('globalThis.udpIsBlocked = false');
    await ann.evaluate(`
      const video = document.querySelector('[data-testid="room-video"]');
      globalThis.emptied = 0;
      video.addEventListener('emptied', () => (globalThis.emptied += 1));
    `);
    await eventually(
      'picture over data channels',
      async () => {
        const line = String(
          await ann.evaluate(`document.querySelector('[data-testid="stats"]').innerText`),
        );
        return line.includes('direct') && !line.includes(overWebSocket);
      },
      30_000,
    );
    await framesFromNow(ann);
    assert.equal(await ann.evaluate('globalThis.emptied'), 0);
  });
});
