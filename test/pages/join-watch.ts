const firstFrameTimeoutMs = 20_000;

/* When the person clicked last, and where: noted before the page's own handlers run. */
let lastClick: { readonly target: Element; readonly atMs: number } | null = null;

addEventListener(
  'click',
  (event) => {
    if (event.target instanceof Element) {
      lastClick = { target: event.target, atMs: performance.now() };
    }
  },
  { capture: true },
);

function appearance(selector: string): Promise<HTMLVideoElement> {
  return new Promise((resolve) => {
    const look = (): void => {
      const element = document.querySelector(selector);
      if (!(element instanceof HTMLVideoElement)) return;
      observer.disconnect();
      resolve(element);
    };
    const observer = new MutationObserver(look);
    observer.observe(document, { childList: true, subtree: true });
    look();
  });
}

export async function firstFrame(videoSelector: string): Promise<number> {
  const video = await appearance(videoSelector);
  return new Promise<number>((resolve, reject) => {
    video.requestVideoFrameCallback(() => resolve(performance.now()));
    setTimeout(() => reject(new Error('no frame was shown in time')), firstFrameTimeoutMs);
  });
}

export async function firstFrameAfterClick(
  clickSelector: string,
  videoSelector: string,
): Promise<number> {
  const shownAtMs = await firstFrame(videoSelector);
  if (!lastClick?.target.closest(clickSelector)) {
    throw new Error(`the last click was not on ${clickSelector}`);
  }
  return shownAtMs - lastClick.atMs;
}
