import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { after, before, it } from 'mocha';

import { ageMs, readBarcode } from '../tools/barcode.js';
import { lumaOf } from '../tools/luma.js';
import { makeFilm } from '../tools/painter/film.js';
import { Painter } from '../tools/painter/painter.js';
import { writePng } from '../tools/picture.js';
import { describeWith } from '../tools/requirements.js';
import { ssim } from '../tools/ssim.js';
import { type VirtualDisplay, startVirtualDisplay } from '../tools/virtual-display.js';
import { XDisplay } from '../tools/x-display.js';

describeWith(['Xvnc'], 'painter on a real X server', function () {
  this.timeout(20_000);

  let folder: string;
  let server: VirtualDisplay;
  let display: XDisplay;
  let painter: Painter;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'share-space-painter-'));
    const textPagePath = join(folder, 'page.png');
    await writePng(textPagePath, makeFilm(640, 960)[0]!);
    server = await startVirtualDisplay('640x480');
    display = await XDisplay.connect(server);
    painter = await Painter.start(server, textPagePath);
  });

  after(async () => {
    await painter.stop();
    display.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('shows the present moment as a barcode', async () => {
    const stamp = await painter.show('busy');
    const seen = readBarcode(await display.grab());
    assert.ok(seen !== null);
    const age = ageMs(seen, Date.now());
    assert.ok(age >= 0 && age < 500, `${age} ms`);
    assert.ok(ageMs(stamp, Date.now()) >= age);
  });

  it('holds a frame still', async () => {
    const stamp = await painter.hold('text');
    assert.equal(readBarcode(await display.grab()), stamp);
    assert.equal(readBarcode(await display.grab()), stamp);
  });

  for (const scene of ['busy', 'motion'] as const) {
    it(`paints ${scene} again exactly from its stamp`, async () => {
      await painter.show(scene);
      const moving = await display.grab();
      const stamp = readBarcode(moving);
      assert.ok(stamp !== null);
      // Far enough away in time that a scene which looked at the clock would differ.
      let later = moving;
      while (ageMs(stamp, readBarcode(later) ?? 0) < 100) later = await display.grab();
      assert.ok(ssim(lumaOf(moving), lumaOf(later)) < 1);
      await painter.hold(scene, stamp);
      const again = await display.grab();
      assert.equal(ssim(lumaOf(moving), lumaOf(again)), 1);
    });
  }

  it('reports a display that is not there', async () => {
    const nowhere = { display: ':999', xauthorityPath: server.xauthorityPath };
    await assert.rejects(Painter.start(nowhere), /painter ended/);
  });
});
