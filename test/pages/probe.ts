import type { PageApi } from '../tools/page-api.js';

import { grabFrame, grabFrames } from './frame-grabber.js';
import { FrameReader } from './frame-reader.js';
import { framesAfter } from './fresh-frames.js';
import { firstFrame, firstFrameAfterClick } from './join-watch.js';
import { videoAt } from './video.js';

/* Installed in a page under test before its own scripts; see PageApi for what it offers. */

let reader: FrameReader | null = null;

const api: PageApi = {
  startFrames(selector, desktopWidth) {
    reader?.stop();
    reader = new FrameReader(videoAt(selector), desktopWidth);
  },
  stopFrames() {
    if (!reader) throw new Error('no frames are being read');
    const report = reader.stop();
    reader = null;
    return report;
  },
  grabFrame,
  grabFrames,
  framesAfter,
  firstFrameAfterClick,
  firstFrame,
};

declare global {
  var shareSpaceProbe: PageApi;
}

globalThis.shareSpaceProbe = api;
