import assert from 'node:assert/strict';

import { after, before, it } from 'mocha';

import { WebSocketBaseline } from '../bench/latency/websocket-baseline.js';
import { browserNames, launchBrowser } from '../tools/browsers/launch.js';
import { latencyOf } from '../tools/latency-analysis.js';
import { lumaOf } from '../tools/luma.js';
import { Painter } from '../tools/painter/painter.js';
import { callProbe } from '../tools/probe.js';
import { describeWith } from '../tools/requirements.js';
import { newProbedPage, roomVideo } from '../tools/room.js';
import { ssim } from '../tools/ssim.js';
import { type VirtualDisplay, startVirtualDisplay } from '../tools/virtual-display.js';
import { XDisplay } from '../tools/x-display.js';

const size = { width: 640, height: 480 };

describeWith(
  ['Xvnc', 'ffmpeg', 'chromium', 'firefox-esr'],
  'the probe in a page that plays the WebSocket baseline',
  function () {
    this.timeout(60_000);

    let server: VirtualDisplay;
    let painter: Painter;
    let baseline: WebSocketBaseline;

    before(async () => {
      server = await startVirtualDisplay(`${size.width}x${size.height}`);
      painter = await Painter.start(server);
      baseline = await WebSocketBaseline.start(server, {
        size,
        framesPerSecond: 30,
        bitrateKbps: 4000,
      });
    });

    after(async () => {
      await baseline.stop();
      await painter.stop();
      await server.stop();
    });

    for (const name of browserNames) {
      it(`reads stamps and whole frames in ${name}`, async () => {
        const browser = await launchBrowser(name);
        const display = await XDisplay.connect(server);
        try {
          await painter.show('busy');
          const page = await newProbedPage(browser);
          await page.goto(baseline.url);
          await callProbe(page, 'startFrames', roomVideo, size.width);
          // Ten frames, 50 ms apart, so at least half a second of reading.
          const grabbed = await callProbe(page, 'grabFrames', roomVideo, size.width, 50, 10);
          const { frames, unreadable } = await callProbe(page, 'stopFrames');
          assert.equal(unreadable, 0);
          assert.ok(frames.length >= 10, `${frames.length} frames`);
          const latest = frames.slice(-5).map(latencyOf);
          assert.ok(Math.min(...latest) > 0 && Math.max(...latest) < 2000, latest.join(' '));

          const last = grabbed.at(-1)!;
          assert.ok(last.stamp !== null);
          await painter.hold('busy', last.stamp);
          const seen = { ...size, data: Buffer.from(last.luma, 'base64') };
          const similarity = ssim(seen, lumaOf(await display.grab()));
          assert.ok(similarity > 0.8, `SSIM ${similarity}`);
          assert.deepEqual(page.errors, []);
        } finally {
          display.close();
          await browser.close();
        }
      });
    }
  },
);
