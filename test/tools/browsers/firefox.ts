import puppeteer, {
  type BrowserContext,
  type ElementHandle,
  type KeyInput,
  type Page,
} from 'puppeteer-core';

import {
  type LaunchOptions,
  type TestBrowser,
  type TestPage,
  defaultTimeoutMs,
  defaultPageSize,
  selectorOf,
} from './test-page.js';

/** Where Debian puts it; another may be named in FIREFOX_PATH. */
const executablePath = process.env['FIREFOX_PATH'] ?? '/usr/bin/firefox-esr';

const preferences = {
  // Firefox offers no loopback addresses to peers otherwise, and tests have no other network.
  'media.peerconnection.ice.loopback': true,
  // Clocks to the millisecond and better, for measuring.
  'privacy.reduceTimerPrecision': false,
  // As on sites a person often uses: sound may start without a click.
  'media.autoplay.default': 0,
  'media.autoplay.blocking_policy': 0,
};

class FirefoxPage implements TestPage {
  readonly errors: string[] = [];

  constructor(
    readonly context: BrowserContext,
    readonly page: Page,
  ) {
    page.on('pageerror', (error) => {
      this.errors.push(error instanceof Error ? error.message : String(error));
    });
    page.on('console', (message) => {
      if (message.type() === 'error') this.errors.push(message.text());
    });
  }

  async goto(url: string): Promise<void> {
    await this.page.goto(url);
  }

  async reload(): Promise<void> {
    await this.page.reload();
  }

  async addInitScript(source: string): Promise<void> {
    await this.page.evaluateOnNewDocument(source);
  }

  evaluate(expression: string): Promise<unknown> {
    return this.page.evaluate(expression);
  }

  async waitFor(testId: string, timeoutMs = defaultTimeoutMs): Promise<void> {
    await this.#visible(testId, timeoutMs);
  }

  async fill(testId: string, text: string): Promise<void> {
    await this.page.locator(selectorOf(testId)).fill(text);
  }

  async click(testId: string): Promise<void> {
    const element = await this.#visible(testId, defaultTimeoutMs);
    await element.click();
  }

  async text(testId: string): Promise<string> {
    await this.#visible(testId, defaultTimeoutMs);
    const selector = JSON.stringify(selectorOf(testId));
    return String(await this.page.evaluate(`document.querySelector(${selector}).innerText`));
  }

  async press(key: string): Promise<void> {
    await this.page.keyboard.press(key as KeyInput);
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
  }

  async moveMouse(x: number, y: number): Promise<void> {
    await this.page.mouse.move(x, y);
  }

  async mouseDown(): Promise<void> {
    await this.page.mouse.down();
  }

  async mouseUp(): Promise<void> {
    await this.page.mouse.up();
  }

  async turnWheel(deltaY: number): Promise<void> {
    await this.page.mouse.wheel({ deltaY });
  }

  async screenshot(path: string): Promise<void> {
    await this.page.screenshot({ path: path });
  }

  async close(): Promise<void> {
    await this.context.close();
  }

  async #visible(testId: string, timeout: number): Promise<ElementHandle> {
    const element = await this.page.waitForSelector(selectorOf(testId), { visible: true, timeout });
    if (!element) throw new Error(`${testId} did not appear`);
    return element;
  }
}

/** @throws Error when Firefox is not installed, or is to be in a namespace, where its driver cannot reach it */
export async function launchFirefox(options: LaunchOptions = {}): Promise<TestBrowser> {
  if (options.namespace) throw new Error('Firefox is driven over the network of this machine');
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    env: options.env ?? process.env,
    extraPrefsFirefox: preferences,
  });
  return {
    name: 'firefox',
    version: await browser.version(),
    newPage: async (size = defaultPageSize) => {
      const context = await browser.createBrowserContext();
      const page = await context.newPage();
      await page.setViewport(size);
      page.setDefaultTimeout(defaultTimeoutMs);
      return new FirefoxPage(context, page);
    },
    close: () => browser.close(),
  };
}
