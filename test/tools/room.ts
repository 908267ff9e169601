import type { PageSize, TestBrowser, TestPage } from './browsers/test-page.js';
import { selectorOf } from './browsers/test-page.js';
import { bundlePage } from './page-bundle.js';
import { callProbe } from './probe.js';
import type { Product } from './product.js';

export const roomVideo = selectorOf('room-video');

let probeScript: Promise<string> | null = null;

/** A new page in which the probe can be called, see {@link callProbe}. */
export async function newProbedPage(browser: TestBrowser, size?: PageSize): Promise<TestPage> {
  probeScript ??= bundlePage('probe');
  const page = await browser.newPage(size);
  await page.addInitScript(await probeScript);
  return page;
}

/** CSS pixels of the page. */
export interface PagePoint {
  readonly x: number;
  readonly y: number;
}

/**
 * Where the page shows a point of the desktop.
 * @param desktopWidth pixels; the picture itself may come smaller
 * @throws Error when it shows no desktop
 */
export async function pagePointOf(
  page: TestPage,
  x: number,
  y: number,
  desktopWidth = 1280,
): Promise<PagePoint> {
  const place = (await page.evaluate(
    `(() => {
      const video = document.querySelector(${JSON.stringify(roomVideo)});
      const { left, top, width } = video.getBoundingClientRect();
      return { left, top, scale: video.videoWidth > 0 ? width / ${desktopWidth} : null };
    })()`,
  )) as { left: number; top: number; scale: number | null };
  if (place.scale === null) throw new Error('the page shows no desktop');
  return { x: place.left + x * place.scale, y: place.top + y * place.scale };
}

/**
 * Opens the room and joins it as a person does.
 * @param meanwhile what happens between opening the page and the click that joins
 * @returns ms from the click that joins to the first frame
 * @throws Error that says what the page showed, when no frame came
 */
export async function joinRoom(
  page: TestPage,
  product: Pick<Product, 'roomUrl' | 'passcode'>,
  name: string,
  meanwhile: () => Promise<unknown> = () => Promise.resolve(),
): Promise<number> {
  await page.goto(product.roomUrl);
  try {
    await page.fill('join-name', name);
    await page.fill('join-passcode', product.passcode);
    await meanwhile();
    const [firstFrameMs] = await Promise.all([
      // Asked before the click, so that no frame is missed.
      callProbe(page, 'firstFrameAfterClick', selectorOf('join-submit'), roomVideo),
      page.click('join-submit'),
    ]);
    return firstFrameMs;
  } catch (cause) {
    const shown = String(await page.evaluate('document.body.innerText'));
    const text = shown.replaceAll(/\s+/g, ' ').slice(0, 300);
    throw new Error(`could not join; the page shows: ${text}`, { cause });
  }
}
