import { launchChromium } from './chromium.js';
import { launchFirefox } from './firefox.js';
import type { BrowserName, LaunchOptions, TestBrowser } from './test-page.js';

export const browserNames: readonly BrowserName[] = ['chromium', 'firefox'];

/** Starts a headless browser of Debian's. @throws Error when it is not installed */
export function launchBrowser(name: BrowserName, options?: LaunchOptions): Promise<TestBrowser> {
  return name === 'chromium' ? launchChromium(options) : launchFirefox(options);
}
