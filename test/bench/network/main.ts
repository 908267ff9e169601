import { parseArgs } from 'node:util';

import { loadSettings } from '../../../deploy/settings.js';
import type { TestPage } from '../../tools/browsers/test-page.js';
import { exitOnSignals } from '../../tools/child.js';
import { Cleanup } from '../../tools/cleanup.js';
import { bothWays } from '../../tools/network/link-conditions.js';
import { Namespace } from '../../tools/network/namespace.js';
import { networkProblem } from '../../tools/network/network-problem.js';
import { WholeIpLink } from '../../tools/network/whole-ip-link.js';
import { callProbe } from '../../tools/probe.js';
import { progress } from '../../tools/report.js';
import { joinRoom, newProbedPage, roomVideo } from '../../tools/room.js';
import { BeepPlayer } from '../../tools/sound/beep-player.js';
import { WebSocketBaseline } from '../latency/websocket-baseline.js';
import { BenchStage, desktopSize } from '../stage.js';

import { type NetworkCase, networkCases } from './cases.js';
import { type NetworkResult, type Player, clearLink, measureNetwork } from './measure.js';
import { formatNetwork, networkTargets } from './report.js';

/*
 * A busy 720p30 desktop with sound, seen in Chromium over an emulated link of many kinds, and beside it
 * the WebSocket baseline over the same one. One at a time: they would share link and cores.
 */

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    only: { type: 'string', multiple: true },
    baseline: { type: 'boolean', default: true },
    json: { type: 'boolean', default: false },
  },
  allowNegative: true,
});

const seconds = Number(values.seconds);
const unknown = values.only?.find((name) => !networkCases.some((one) => one.name === name));
if (unknown !== undefined) {
  const names = networkCases.map(({ name }) => name).join(', ');
  process.stderr.write(`there is no ${unknown}; there are ${names}\n`);
  process.exit(2);
}
const problem = networkProblem();
if (problem !== null) {
  process.stderr.write(`networks cannot be made here: ${problem}\n`);
  process.exit(1);
}
const cases = networkCases.filter(({ name }) => values.only?.includes(name) ?? true);

function roomPlayer(stage: BenchStage): Player {
  return {
    name: 'ours',
    open: (page, onLoaded) => joinRoom(page, stage.product, 'Bench', onLoaded),
  };
}

function baselinePlayer(baseline: WebSocketBaseline): Player {
  return {
    name: 'baseline',
    open: async (page, onLoaded) => {
      await page.goto(baseline.url);
      await onLoaded();
      return callProbe(page, 'firstFrame', roomVideo);
    },
  };
}

class NetworkBench {
  constructor(
    private readonly stage: BenchStage,
    private readonly far: Namespace,
    private readonly link: WholeIpLink,
  ) {}

  async run(one: NetworkCase, player: Player): Promise<NetworkResult> {
    progress(`measuring ${one.name}, ${player.name}`);
    const run = { name: one.name, player: player.name, seconds };
    await clearLink(this.link);
    return this.stage.withBrowser(
      'chromium',
      async (browser) => {
        const page = await newProbedPage(browser);
        try {
          return { ...run, figures: await this.#measure(one, player, page), failure: null };
        } catch (error) {
          // A player that cannot do it is a result, too.
          const failure = error instanceof Error ? error.message : String(error);
          progress(failure);
          return { ...run, figures: null, failure: failure.slice(0, 60) };
        } finally {
          await clearLink(this.link);
        }
      },
      { namespace: this.far },
    );
  }

  #measure(one: NetworkCase, player: Player, page: TestPage) {
    return measureNetwork(one, player, page, this.link, seconds);
  }
}

async function runAll(stage: BenchStage, far: Namespace, link: WholeIpLink): Promise<void> {
  const { cleanup } = stage;
  cleanup.add(new BeepPlayer(stage.desktop), (player) => player.stop());
  await stage.painter.show('busy');
  const settings = loadSettings({});
  const baseline = await WebSocketBaseline.start(stage.desktop, {
    size: desktopSize,
    framesPerSecond: settings.desktopFps,
    bitrateKbps: settings.videoBitrateKbps,
    address: link.address,
  });
  cleanup.add(baseline, (one) => one.stop());
  const players = [roomPlayer(stage), ...(values.baseline ? [baselinePlayer(baseline)] : [])];
  const bench = new NetworkBench(stage, far, link);
  const results: NetworkResult[] = [];
  for (const one of cases) {
    for (const player of players) results.push(await bench.run(one, player));
  }
  const report = { benchmark: 'network', targets: networkTargets(results), results };
  process.stdout.write(
    values.json ? `${JSON.stringify(report, null, 2)}\n` : `${formatNetwork(results)}\n`,
  );
}

exitOnSignals();
const cleanup = new Cleanup();
try {
  const far = cleanup.add(await Namespace.create(), (one) => one.close());
  const link = await WholeIpLink.connect(far, bothWays({}));
  cleanup.add(link, (one) => one.close());
  const env = { SHARE_SPACE_HOST: link.address };
  await BenchStage.with((stage) => runAll(stage, far, link), { env });
} finally {
  await cleanup.run();
}
