import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { stampOf } from '../tools/barcode.js';
import { browserNames, launchBrowser } from '../tools/browsers/launch.js';
import type { BrowserName, TestBrowser, TestPage } from '../tools/browsers/test-page.js';
import { Cleanup } from '../tools/cleanup.js';
import { eventually } from '../tools/eventually.js';
import { Painter } from '../tools/painter/painter.js';
import { callProbe } from '../tools/probe.js';
import { type ProcessEntry, groupOf, isAlive, processTree } from '../tools/processes.js';
import { Product, type ProductOptions } from '../tools/product.js';
import { type PulseServer, pulseEnvironment, startPulseServer } from '../tools/pulse-server.js';
import { roomVideo } from '../tools/room.js';
import { BeepPlayer } from '../tools/sound/beep-player.js';

const run = promisify(execFile);

/** The size of a room's desktop by default. */
const desktopWidth = 1280;
/** Longer than anything takes to come back, on a busy machine. */
const playTimeoutMs = 25_000;

/** Programs every end-to-end test needs. */
export const programs = ['Xvnc', 'pulseaudio', 'chromium', 'firefox-esr', 'xdotool'];

/** The whole product, and what stands around it: browsers, loudspeakers, a painter. */
export class Stage {
  readonly #cleanup = new Cleanup();
  readonly #speakers = new Map<BrowserName, PulseServer>();
  #product: Product | null = null;

  /** Starts the product. @throws Error when it does not become ready */
  static async open(options?: ProductOptions): Promise<Stage> {
    const stage = new Stage();
    stage.#product = stage.#cleanup.add(await Product.start(options), (product) => product.stop());
    return stage;
  }

  get product(): Product {
    if (!this.#product) throw new Error('the product was not started');
    return this.#product;
  }

  /** Starts a browser whose sound goes to a loudspeaker of its own, see {@link speaker}. */
  async browser(name: BrowserName): Promise<TestBrowser> {
    const speaker = this.#cleanup.add(await startPulseServer(), (server) => server.stop());
    this.#speakers.set(name, speaker);
    const browser = await launchBrowser(name, { env: pulseEnvironment(speaker) });
    return this.#cleanup.add(browser, () => browser.close());
  }

  /** Starts every browser at once. @throws Error when one does not start; the others are ended all the same */
  async browsers(): Promise<Record<BrowserName, TestBrowser>> {
    const starting = browserNames.map(async (name) => [name, await this.browser(name)] as const);
    // Not before each has started or failed: what starts later would outlive `close`.
    await Promise.allSettled(starting);
    return Object.fromEntries(await Promise.all(starting)) as Record<BrowserName, TestBrowser>;
  }

  /** Where a browser's sound goes. @throws Error when it was not started */
  speaker(name: BrowserName): PulseServer {
    const speaker = this.#speakers.get(name);
    if (!speaker) throw new Error(`${name} was not started`);
    return speaker;
  }

  /** Paints the busy scene on the room's desktop, also on the next one when the desktop was lost. */
  async paint(): Promise<Painter> {
    const painter = await eventually(
      'desktop to paint on',
      async () => Painter.start(await this.product.desktop()).catch(() => null),
      playTimeoutMs,
    );
    this.#cleanup.add(painter, () => painter.stop());
    await painter.show('busy');
    return painter;
  }

  /** The product's processes of a group, see `groupOf`. */
  processes(group: string): ProcessEntry[] {
    return processTree(this.product.pid).filter(
      ({ commandLine }) => groupOf(commandLine) === group,
    );
  }

  /** The product's process with a command line like this. @throws Error when there is none */
  process(pattern: RegExp): ProcessEntry {
    const found = processTree(this.product.pid).find(({ commandLine }) =>
      pattern.test(commandLine),
    );
    if (!found) throw new Error(`the product runs no process like ${pattern.source}`);
    return found;
  }

  /** Kills a process of the product's as a crash would, and waits until it is gone. */
  async kill(pattern: RegExp): Promise<void> {
    const found = this.process(pattern);
    process.kill(found.pid, 'SIGKILL');
    await this.untilGone(found);
  }

  async untilGone(...entries: readonly ProcessEntry[]): Promise<void> {
    const names = entries.map(({ commandLine }) => commandLine.slice(0, 60)).join(', ');
    await eventually(`end of ${names}`, () => !entries.some(isAlive), playTimeoutMs);
  }

  /** Plays beeps on the room's desktop, also when its sound server is only coming back. */
  async playBeeps(): Promise<BeepPlayer> {
    const access = await eventually(
      'sound server that answers',
      async () => {
        const desktop = await this.product.desktop();
        const asked = run('pactl', ['info'], { env: pulseEnvironment(desktop) });
        return asked.then(
          () => desktop,
          () => null,
        );
      },
      playTimeoutMs,
    );
    return new BeepPlayer(access);
  }

  /** Whether the product runs a process whose command line is like this. */
  hasProcess(pattern: RegExp): boolean {
    return processTree(this.product.pid).some(({ commandLine }) => pattern.test(commandLine));
  }

  /** Ends everything that was started here. */
  close(): Promise<void> {
    return this.#cleanup.run();
  }
}

/**
 * Waits until a page shows frames that were painted from now on.
 * @returns their stamps
 */
export function framesFromNow(page: TestPage, count = 15): Promise<number[]> {
  return callProbe(
    page,
    'framesAfter',
    roomVideo,
    desktopWidth,
    stampOf(Date.now()),
    count,
    playTimeoutMs,
  );
}

/**
 * Watches a page's picture, on which something moves, from now on.
 * @returns asks for the longest time without a new frame so far, ms
 */
export async function watchPicture(page: TestPage): Promise<() => Promise<number>> {
  await page.evaluate(`(() => {
    const watch = { longestMs: 0 };
    globalThis.pictureWatch = watch;
    let frames = -1;
    let newestMs = performance.now();
    const look = () => {
      if (globalThis.pictureWatch !== watch) return;
      const video = document.querySelector(${JSON.stringify(roomVideo)});
      const shown = video?.getVideoPlaybackQuality().totalVideoFrames ?? frames;
      const nowMs = performance.now();
      watch.longestMs = Math.max(watch.longestMs, nowMs - newestMs);
      if (shown !== frames) [frames, newestMs] = [shown, nowMs];
      requestAnimationFrame(look);
    };
    look();
  })()`);
  return async () => Number(await page.evaluate('globalThis.pictureWatch.longestMs'));
}

/** Fills in the join form and sends it. */
export async function sendJoin(page: TestPage, name: string, passcode: string): Promise<void> {
  await page.fill('join-name', name);
  await page.fill('join-passcode', passcode);
  await page.click('join-submit');
}

/** All text a person can see. */
export async function visibleText(page: TestPage): Promise<string> {
  return String(await page.evaluate('document.body.innerText'));
}

/** Waits until the page says something. */
export async function untilSays(page: TestPage, text: string | RegExp): Promise<void> {
  const pattern = typeof text === 'string' ? null : text;
  await eventually(`"${String(text)}" on the page`, async () => {
    const said = await visibleText(page);
    return pattern ? pattern.test(said) : said.includes(String(text));
  });
}

/**
 * What a person can act on and cannot reach, by its name: it lies, in part at least, beyond the window.
 */
export async function controlsOutOfReach(page: TestPage): Promise<string[]> {
  return (await page.evaluate(
    `[...document.querySelectorAll('a, button, input, select, textarea')]
      .filter((control) => control.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
      .filter((control) => {
        const { left, top, right, bottom } = control.getBoundingClientRect();
        return left < 0 || top < 0 || right > innerWidth || bottom > innerHeight;
      })
      .map((control) => control.dataset.testid ?? control.ariaLabel ?? control.innerText)`,
  )) as string[];
}

/** The names in the list of members, sorted; without the mark of one's own. */
export async function memberNames(page: TestPage): Promise<string[]> {
  const items = (await page.evaluate(
    `[...document.querySelectorAll('[data-testid="member-list"] li')].map((item) => item.title)`,
  )) as string[];
  return items.map((name) => name.replace(/ \(you\)$/, '')).sort();
}
