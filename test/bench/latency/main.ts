import { parseArgs } from 'node:util';

import { loadSettings } from '../../../deploy/settings.js';
import { browserNames } from '../../tools/browsers/launch.js';
import { progress } from '../../tools/report.js';
import { joinRoom, newProbedPage } from '../../tools/room.js';
import { BeepPlayer } from '../../tools/sound/beep-player.js';
import { MonitorRecorder } from '../../tools/sound/monitor-recorder.js';
import { BenchStage, desktopSize } from '../stage.js';

import { type Ears, type LatencyResult, measureLatency } from './measure.js';
import { formatLatency, latencyTargets } from './report.js';
import { WebSocketBaseline } from './websocket-baseline.js';

/*
 * Glass-to-glass latency of a busy 720p30 desktop with sound on, in Chromium, then in Firefox,
 * then of the WebSocket baseline on the same display; never two at a time, they would share cores.
 */

const longSeconds = 600;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '30' },
    browser: { type: 'string', multiple: true },
    baseline: { type: 'boolean', default: true },
    long: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
  allowNegative: true,
});

const wanted = values.browser ?? ['chromium', ...(values.long ? [] : ['firefox'])];
const browsers = browserNames.filter((name) => wanted.includes(name));
const seconds = values.long ? longSeconds : Number(values.seconds);

async function measureRoom(stage: BenchStage, ears: Ears): Promise<LatencyResult[]> {
  const results: LatencyResult[] = [];
  for (const name of browsers) {
    progress(`measuring ${name} for ${seconds} s`);
    const result = await stage.withBrowser(name, async (browser) => {
      const page = await newProbedPage(browser);
      await joinRoom(page, stage.product, 'Bench');
      return measureLatency({ name, browserVersion: browser.version, seconds }, page, ears);
    });
    results.push(result);
  }
  return results;
}

async function measureBaseline(stage: BenchStage): Promise<LatencyResult> {
  const settings = loadSettings({});
  const baseline = await WebSocketBaseline.start(stage.desktop, {
    size: desktopSize,
    framesPerSecond: settings.desktopFps,
    bitrateKbps: settings.videoBitrateKbps,
  });
  try {
    const name = 'baseline in chromium';
    progress(`measuring the ${name} for ${values.seconds} s`);
    return await stage.withBrowser('chromium', async (browser) => {
      const page = await newProbedPage(browser);
      await page.goto(baseline.url);
      const run = { name, browserVersion: browser.version, seconds: Number(values.seconds) };
      return measureLatency(run, page, null);
    });
  } finally {
    await baseline.stop();
  }
}

await BenchStage.with(async (stage) => {
  const { cleanup } = stage;
  const desktopEar = cleanup.add(new MonitorRecorder(stage.desktop), (ear) => ear.stop());
  const speakerEar = cleanup.add(new MonitorRecorder(stage.speaker), (ear) => ear.stop());
  cleanup.add(new BeepPlayer(stage.desktop), (player) => player.stop());
  await stage.painter.show('busy');
  const ears = { played: desktopEar.onsets, heard: speakerEar.onsets };
  const results = await measureRoom(stage, ears);
  if (values.baseline) results.push(await measureBaseline(stage));
  const report = { benchmark: 'latency', targets: latencyTargets(results), results };
  process.stdout.write(
    values.json ? `${JSON.stringify(report, null, 2)}\n` : `${formatLatency(results)}\n`,
  );
});
