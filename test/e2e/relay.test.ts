import assert from 'node:assert/strict';

import { after, before, it } from 'mocha';

import type { TestPage } from '../tools/browsers/test-page.js';
import { eventually } from '../tools/eventually.js';
import { describeWith } from '../tools/requirements.js';
import { joinRoom, newProbedPage } from '../tools/room.js';

import { framesFromNow, programs, Stage, watchPicture } from './stage.js';

describeWith([...programs, 'turnserver'], 'a room whose pages may only relay', function () {
  this.timeout(90_000);

  let stage: Stage;
  let page: TestPage;

  before(async () => {
    stage = await Stage.open({
      env: {
        SHARE_SPACE_ICE_POLICY: 'relay',
        SHARE_SPACE_TURN_SERVER: 'on',
        SHARE_SPACE_TURN_PORT: '0',
      },
    });
    const chromium = await stage.browser('chromium');
    await stage.paint();
    page = await newProbedPage(chromium);
    await joinRoom(page, stage.product, 'Ann');
  });

  after(() => stage.close());

  const untilRelayed = (): Promise<unknown> =>
    eventually('a relay in the statistics', async () => /relay/i.test(await page.text('stats')));

  it('shows the picture by way of the built-in TURN server, and says so', async () => {
    await framesFromNow(page);
    await untilRelayed();
  });

  it('shows the picture again by itself after the TURN server was killed', async () => {
    const before = stage.process(/turnserver/);
    const longestMs = await watchPicture(page);
    await stage.kill(/turnserver/);
    await framesFromNow(page);
    console.log(`      picture away for ${(await longestMs()).toFixed(0)} ms`);
    await untilRelayed();
    assert.notEqual(stage.process(/turnserver/).pid, before.pid);
  });
});
