import { type Browser, type BrowserContext, type Page, chromium } from 'playwright-core';

import { type Program, programAt } from './program.js';
import {
  type LaunchOptions,
  type TestBrowser,
  type TestPage,
  defaultTimeoutMs,
  defaultPageSize,
  selectorOf,
} from './test-page.js';

const switches = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // As on sites a person often uses: sound may start without a click.
  '--autoplay-policy=no-user-gesture-required',
];

/** Where Debian puts it; another may be named in CHROMIUM_PATH. */
const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

class ChromiumPage implements TestPage {
  readonly errors: string[] = [];

  constructor(
    readonly context: BrowserContext,
    readonly page: Page,
  ) {
    page.on('pageerror', (error) => this.errors.push(error.message));
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
    await this.page.addInitScript({ content: source });
  }

  evaluate(expression: string): Promise<unknown> {
    return this.page.evaluate(expression);
  }

  async waitFor(testId: string, timeoutMs = defaultTimeoutMs): Promise<void> {
    await this.page.locator(selectorOf(testId)).waitFor({ timeout: timeoutMs });
  }

  async fill(testId: string, text: string): Promise<void> {
    await this.page.locator(selectorOf(testId)).fill(text);
  }

  async click(testId: string): Promise<void> {
    await this.page.locator(selectorOf(testId)).click();
  }

  text(testId: string): Promise<string> {
    return this.page.locator(selectorOf(testId)).innerText();
  }

  async press(key: string): Promise<void> {
    await this.page.keyboard.press(key);
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
    await this.page.mouse.wheel(0, deltaY);
  }

  async screenshot(path: string): Promise<void> {
    await this.page.screenshot({ path });
  }

  async close(): Promise<void> {
    await this.context.close();
  }
}

/** @throws Error when Chromium is not installed */
export async function launchChromium(options: LaunchOptions = {}): Promise<TestBrowser> {
  const program = programAt(executablePath, options.namespace);
  const browser = await startChromium(program, options).catch((error: unknown) => {
    program.remove();
    throw error;
  });
  return {
    name: 'chromium',
    version: browser.version(),
    newPage: async (size = defaultPageSize) => {
      const userAgent = headedUserAgent(browser.version());
      const context = await browser.newContext({ viewport: size, userAgent });
      context.setDefaultTimeout(defaultTimeoutMs);
      return new ChromiumPage(context, await context.newPage());
    },
    close: async () => {
      await browser.close();
      program.remove();
    },
  };
}

/** What Chromium calls itself when it has a window: pages over plain http know a browser by this alone. */
function headedUserAgent(version: string): string {
  const major = version.split('.')[0] ?? '';
  return `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${major}.0.0.0 Safari/537.36`;
}

function startChromium(program: Program, options: LaunchOptions): Promise<Browser> {
  return chromium.launch({
    executablePath: program.path,
    env: definedOnly(options.env ?? process.env),
    args: switches,
    // Sound is to be heard, at the loudspeaker the environment names.
    ignoreDefaultArgs: ['--mute-audio'],
  });
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
