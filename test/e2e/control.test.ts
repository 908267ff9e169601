import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { after, before, it } from 'mocha';

import type { TestPage } from '../tools/browsers/test-page.js';
import { eventually } from '../tools/eventually.js';
import { InputWindow } from '../tools/input-window.js';
import { describeWith } from '../tools/requirements.js';
import { joinRoom, newProbedPage, pagePointOf } from '../tools/room.js';
import { displayEnvironment } from '../tools/x-display.js';

import { programs, Stage, untilSays } from './stage.js';

const run = promisify(execFile);

/** The terminal's button in the panel along the bottom of a new desktop of 1280x720. */
const terminalLauncher = { x: 195, y: 702 };

describeWith(programs, 'keyboard and mouse of a room', function () {
  this.timeout(60_000);

  let stage: Stage;
  let ann: TestPage;
  let bob: TestPage;

  before(async () => {
    stage = await Stage.open();
    const { chromium, firefox } = await stage.browsers();
    ann = await newProbedPage(chromium);
    bob = await newProbedPage(firefox);
    await joinRoom(ann, stage.product, 'Ann');
    await joinRoom(bob, stage.product, 'Bob');
  });

  after(() => stage.close());

  /** Moves a page's mouse to a place on the desktop. */
  async function moveTo(page: TestPage, x: number, y: number): Promise<void> {
    const point = await pagePointOf(page, x, y);
    await page.moveMouse(point.x, point.y);
  }

  async function clickOn(page: TestPage, x: number, y: number): Promise<void> {
    await moveTo(page, x, y);
    await page.mouseDown();
    await page.mouseUp();
  }

  /** What a command typed on the desktop wrote into a file of the room's home folder. */
  function proof(name: string): Promise<string> {
    const path = join(stage.product.dataDir, 'rooms', stage.product.room, 'home', name);
    return eventually(`file ${name} in the home folder`, async () => {
      const text = await readFile(path, 'utf8').catch(() => '');
      // The shell makes the file before the command writes to it.
      return text.trim();
    });
  }

  it('are free at first, and shown to all as taken once somebody took them', async () => {
    assert.equal(await ann.text('control-holder'), 'Nobody has control');
    await ann.click('control-request');
    await untilSays(ann, 'You have control');
    await untilSays(bob, 'Ann has control');
  });

  it('open a terminal from the panel and type into it', async () => {
    const env = displayEnvironment(await stage.product.desktop());
    await clickOn(ann, terminalLauncher.x, terminalLauncher.y);
    await eventually('terminal window', async () => {
      const search = ['search', '--onlyvisible', '--class', 'xfce4-terminal'];
      const { stdout } = await run('xdotool', search, { env }).catch(() => ({ stdout: '' }));
      return stdout.trim() !== '';
    });
    await eventually('shell in the terminal', () => stage.hasProcess(/^(\S*\/)?bash$/));
    await clickOn(ann, 400, 200);
    await ann.type('echo "Hello, $((6*7))" > ~/proof');
    await ann.press('Enter');
    assert.equal(await proof('proof'), 'Hello, 42');
  });

  it('are refused to others while somebody has them, with the name of who has', async () => {
    await bob.click('control-request');
    await untilSays(bob, /Ann has control right now/);
    assert.equal(await ann.text('control-holder'), 'You have control');
  });

  it('drag, scroll and press keys on the desktop, from the place the page shows', async () => {
    const window = await InputWindow.open(await stage.product.desktop());
    try {
      await moveTo(ann, 200, 150);
      await ann.mouseDown();
      await moveTo(ann, 640, 360);
      await ann.mouseUp();
      await window.until('ButtonRelease 1');
      const names = window.events.map((event) => event.replace(/ .*/, ''));
      const press = names.indexOf('ButtonPress');
      const release = names.indexOf('ButtonRelease');
      assert.ok(names.slice(press, release).includes('move'), window.events.join('; '));
      assertNear(placeBefore(window, press), 200, 150);
      assertNear(placeBefore(window, release), 640, 360);

      await ann.turnWheel(300);
      await window.until('ButtonRelease 5');
      await ann.turnWheel(-300);
      await window.until('ButtonRelease 4');
      await ann.press('F9');
      await window.until('KeyRelease ffc6');
    } finally {
      window.close();
    }
  });

  it('pass to somebody else when they are released, and obey the new one alone', async () => {
    await ann.click('control-release');
    await untilSays(bob, 'Nobody has control');
    await bob.click('control-request');
    await untilSays(bob, 'You have control');
    await untilSays(ann, 'Bob has control');

    const window = await InputWindow.open(await stage.product.desktop());
    try {
      await moveTo(ann, 100, 100);
      await clickOn(ann, 900, 500);
      await ann.press('a');
      await moveTo(bob, 300, 300);
      await bob.turnWheel(300);
      await window.until('ButtonRelease 5');
      const names = new Set(window.events.map((event) => event.replace(/\d+,\d+$/, '')));
      assert.deepEqual([...names].sort(), ['ButtonPress 5', 'ButtonRelease 5', 'move ']);
      for (let at = 0; at < window.events.length; at += 1) {
        if (window.events[at]?.startsWith('move'))
          assertNear(placeBefore(window, at + 1), 300, 300);
      }
    } finally {
      window.close();
    }
    await clickOn(bob, 400, 200);
    await bob.type('echo from-bob > ~/bob');
    await bob.press('Enter');
    assert.equal(await proof('bob'), 'from-bob');
  });

  it('come free when who has them leaves', async () => {
    await bob.click('leave');
    await untilSays(ann, 'Nobody has control');
  });
});

/** Where the pointer was when an event happened. */
function placeBefore(window: InputWindow, index: number): [number, number] {
  const move = window.events.slice(0, index).findLast((event) => event.startsWith('move'));
  const [x = NaN, y = NaN] = (move ?? '').replace('move ', '').split(',').map(Number);
  return [x, y];
}

/** A page shows the desktop smaller than it is: a pixel of the page is more than one of the desktop. */
function assertNear([actualX, actualY]: [number, number], x: number, y: number): void {
  const near = Math.abs(actualX - x) <= 2 && Math.abs(actualY - y) <= 2;
  assert.ok(near, `${actualX},${actualY} is not ${x},${y}`);
}
