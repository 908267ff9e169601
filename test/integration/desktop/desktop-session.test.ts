import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { after, before, it } from 'mocha';
import type { Damage } from 'x11';

import type { Desktop } from '../../../media-host/desktop/desktop.js';
import { eventually } from '../../tools/eventually.js';
import { describeWith } from '../../tools/requirements.js';
import { displayEnvironment, XDisplay } from '../../tools/x-display.js';

import {
  desktopPrograms,
  endpointsOf,
  pixelAt,
  programs,
  RoomsUnderTest,
  running,
} from './rooms-under-test.js';

const run = promisify(execFile);
const needed = [...desktopPrograms, 'xfwm4', 'xfce4-panel', 'xfdesktop', 'xfsettingsd', 'xdotool'];

describeWith(needed, 'the session of a desktop', function () {
  this.timeout(60_000);
  let rooms: RoomsUnderTest;
  let desktop: Desktop;

  /** Window ids of a program's visible windows. */
  const windowsOf = async (program: string): Promise<string[]> => {
    const search = run('xdotool', ['search', '--onlyvisible', '--class', program], {
      env: displayEnvironment(endpointsOf(desktop)),
    });
    // It fails where there are none.
    const { stdout } = await search.catch(() => ({ stdout: '' }));
    return stdout.split('\n').filter(Boolean);
  };
  const shown = (program: string): Promise<string[]> =>
    eventually(`a window of ${program}`, async () => {
      const windows = await windowsOf(program);
      return windows.length > 0 ? windows : (null as unknown as string[]);
    });

  before(async () => {
    rooms = await RoomsUnderTest.open(null);
    desktop = rooms.create('home');
    await running(desktop);
  });
  after(async () => {
    await desktop.stop();
    await rooms.close();
  });

  it('shows a panel and a wallpaper', async () => {
    await shown('xfce4-panel');
    await shown('xfdesktop');
    const display = await XDisplay.connect(endpointsOf(desktop));
    await eventually('a picture', async () => {
      const picture = await display.grab();
      const [sky, panel] = [pixelAt(picture, 640, 100), pixelAt(picture, 640, 715)];
      return sky !== 0 && panel !== 0 && sky !== panel;
    });
    display.close();
  });

  it('draws nothing while nobody does anything', async () => {
    const display = await XDisplay.connect(endpointsOf(desktop));
    const { client, screen } = display;
    const damage = await new Promise<Damage>((resolve, reject) => {
      client.require('damage', (error, extension) => (error ? reject(error) : resolve(extension)));
    });
    const id = client.AllocID();
    let drawnAtMs = performance.now();
    client.on('event', ({ name }) => {
      if (name !== 'DamageNotify') return;
      drawnAtMs = performance.now();
      damage.Subtract(id, 0, 0);
    });
    damage.Create(id, screen.root, damage.ReportLevel.NonEmpty);
    const stillMs = 3000;
    await eventually('a still screen', () => performance.now() - drawnAtMs > stillMs);
    display.close();
  });

  for (const { program, shortcut } of [
    { program: 'xfce4-terminal', shortcut: 'ctrl+alt+t' },
    { program: 'thunar', shortcut: 'super+e' },
  ]) {
    describeWith([program], shortcut, () => {
      it(`opens ${program}`, async () => {
        const env = displayEnvironment(endpointsOf(desktop));
        // Until xfsettingsd has taken the keys, nobody listens to them.
        await eventually(`a window of ${program}`, async () => {
          await run('xdotool', ['key', shortcut], { env });
          return (await windowsOf(program)).length > 0;
        });
      });
    });
  }

  for (const program of ['xfwm4', 'xfce4-panel', 'xfdesktop', 'xfsettingsd']) {
    it(`brings ${program} back when it is killed`, async () => {
      const before = await eventually(program, () => programs(program)[0]);
      process.kill(before.pid, 'SIGKILL');
      await eventually(`another ${program}`, () =>
        programs(program).some(({ pid }) => pid !== before.pid),
      );
      assert.equal(desktop.status.state, 'running');
    });
  }

  it('offers no way to end it for everybody', async () => {
    const settings = join(rooms.home('home'), '.config/xfce4');
    const found = await run('grep', ['-rlE', 'logout|xflock|shutdown', settings]).catch(() => null);
    assert.equal(found, null);
  });
});
