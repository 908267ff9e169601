import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { launchBrowser } from '../tools/browsers/launch.js';
import type { BrowserName, LaunchOptions, TestBrowser } from '../tools/browsers/test-page.js';
import { exitOnSignals } from '../tools/child.js';
import { Cleanup } from '../tools/cleanup.js';
import { Painter } from '../tools/painter/painter.js';
import { type DesktopAccess, Product, type ProductOptions } from '../tools/product.js';
import { type PulseServer, pulseEnvironment, startPulseServer } from '../tools/pulse-server.js';
import { progress } from '../tools/report.js';
import { renderTextPage } from '../tools/text-page.js';

/** The size every benchmark runs at, pixels; the product's default. */
export const desktopSize = { width: 1280, height: 720 };

/** What every benchmark needs: the product, its desktop, a painter on it and a loudspeaker for browsers. */
export class BenchStage {
  private constructor(
    readonly product: Product,
    readonly desktop: DesktopAccess,
    readonly painter: Painter,
    readonly speaker: PulseServer,
    readonly cleanup: Cleanup,
  ) {}

  /** Sets the stage, runs `act` on it and clears away, whatever happens. */
  static async with(
    act: (stage: BenchStage) => Promise<void>,
    options?: ProductOptions,
  ): Promise<void> {
    exitOnSignals();
    const cleanup = new Cleanup();
    try {
      await act(await BenchStage.#set(cleanup, options));
    } finally {
      await cleanup.run();
    }
  }

  static async #set(cleanup: Cleanup, options?: ProductOptions): Promise<BenchStage> {
    const folder = cleanup.add(await mkdtemp(join(tmpdir(), 'share-space-bench-')), (path) =>
      rm(path, { recursive: true, force: true }),
    );
    const textPagePath = join(folder, 'text.png');
    progress('drawing the page of text');
    const browser = await launchBrowser('chromium');
    try {
      await renderTextPage(browser, textPagePath, {
        width: desktopSize.width,
        height: 2 * desktopSize.height,
      });
    } finally {
      await browser.close();
    }
    progress('starting the product');
    const product = cleanup.add(await Product.start(options), (started) => started.stop());
    const desktop = await product.desktop();
    const speaker = cleanup.add(await startPulseServer(), (started) => started.stop());
    const painter = cleanup.add(await Painter.start(desktop, textPagePath), (started) =>
      started.stop(),
    );
    return new BenchStage(product, desktop, painter, speaker, cleanup);
  }

  /** Runs `act` with a browser that plays into the loudspeaker. */
  async withBrowser<T>(
    name: BrowserName,
    act: (browser: TestBrowser) => Promise<T>,
    options: Pick<LaunchOptions, 'namespace'> = {},
  ): Promise<T> {
    const env = pulseEnvironment(this.speaker);
    const browser = await launchBrowser(name, { env, ...options });
    try {
      return await act(browser);
    } finally {
      await browser.close();
    }
  }
}
