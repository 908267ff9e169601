import type { TestBrowser } from './browsers/test-page.js';

/*
 * A page of small text to judge sharpness by: on the left a terminal, on the right a document, in
 * 10 pt at 96 dpi (13.33 px), antialiased as a desktop's own text is. The text is made up by a
 * fixed rule, so that every run shows the same.
 */

const words =
  'the room shares one desktop with every member who joins and hands control from one to another while sound and picture stay together in time'.split(
    ' ',
  );

/** A sentence of its own for every seed. */
function sentence(seed: number, length: number): string {
  return Array.from(
    { length },
    (_, at) => words[(seed * 7 + at * (3 + (seed % 5)) + at * at) % words.length],
  ).join(' ');
}

function terminalLines(count: number): string {
  return Array.from({ length: count }, (_, line) => {
    const size = ((line * 7919) % 99_991) + 100;
    const name = sentence(line, 3).replaceAll(' ', '-');
    return `-rw-r--r-- 1 room room ${String(size).padStart(6)} Mar ${String((line % 28) + 1).padStart(2)} 12:${String(line % 60).padStart(2, '0')} ${name}.txt`;
  }).join('\n');
}

function documentParagraphs(count: number): string {
  return Array.from(
    { length: count },
    (_, paragraph) => `<p><b>${paragraph + 1}.</b> ${sentence(paragraph + 3, 60)}.</p>`,
  ).join('');
}

const style = `
  body { margin: 0; display: flex; width: 100vw; height: 100vh; overflow: hidden; font-size: 10pt; }
  pre, main { box-sizing: border-box; width: 50%; margin: 0; padding: 56px 12px 0; overflow: hidden; }
  pre { background: #1d1f21; color: #e0e0e0; font: 10pt 'DejaVu Sans Mono', monospace; line-height: 1.25; }
  main { background: #fff; color: #222; font-family: 'DejaVu Sans', sans-serif; line-height: 1.35; }
  p { margin: 0 0 8px; }
`;

/**
 * Has a browser draw the page.
 * @param path where the PNG is written
 */
export async function renderTextPage(
  browser: TestBrowser,
  path: string,
  size: { readonly width: number; readonly height: number },
): Promise<void> {
  const page = await browser.newPage(size);
  try {
    const html = `<style>${style}</style><pre>${terminalLines(90)}</pre><main>${documentParagraphs(40)}</main>`;
    await page.goto(`data:text/html;charset=utf-8,${encodeURIComponent(html)}`);
    await page.screenshot(path);
  } finally {
    await page.close();
  }
}
