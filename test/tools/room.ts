import type { TestBrowser, TestPage } from './browsers/test-page.js';
import { selectorOf } from './browsers/test-page.js';
import { bundlePage } from './page-bundle.js';
import { callProbe } from './probe.js';
import type { Product } from './product.js';

export const roomVideo = selectorOf('room-video');

let probeScript: Promise<string> | null = null;

/** A new page in which the probe can be called, see {@link callProbe}. */
export async function newProbedPage(browser: TestBrowser): Promise<TestPage> {
  probeScript ??= bundlePage('probe');
  const page = await browser.newPage();
  await page.addInitScript(await probeScript);
  return page;
}

/**
 * Opens the room and joins it as a person does.
 * @returns ms from the click that joins to the first frame
 */
export async function joinRoom(page: TestPage, product: Product, name: string): Promise<number> {
  await page.goto(product.roomUrl);
  await page.fill('join-name', name);
  await page.fill('join-passcode', product.passcode);
  const [firstFrameMs] = await Promise.all([
    // Asked before the click, so that no frame is missed.
    callProbe(page, 'firstFrameAfterClick', selectorOf('join-submit'), roomVideo),
    page.click('join-submit'),
  ]);
  return firstFrameMs;
}
