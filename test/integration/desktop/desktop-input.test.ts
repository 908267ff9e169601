import assert from 'node:assert/strict';

import { after, before, it } from 'mocha';

import type { Desktop } from '../../../media-host/desktop/desktop.js';
import { InputSink } from '../../../media-host/pipeline/input/input-sink.js';
import { RfbClient } from '../../../media-host/pipeline/input/rfb-client.js';
import type { Input } from '../../../signaling/protocol/viewer-messages.js';
import { InputWindow } from '../../tools/input-window.js';
import { describeWith } from '../../tools/requirements.js';

import {
  desktopPrograms,
  emptyDesktop,
  endpointsOf,
  RoomsUnderTest,
  running,
} from './rooms-under-test.js';

const size = { width: 1280, height: 720 };

describeWith(desktopPrograms, 'input to a desktop', function () {
  this.timeout(30_000);
  let rooms: RoomsUnderTest;
  let desktop: Desktop;
  let window: InputWindow;
  let rfb: RfbClient;
  let sink: InputSink;

  /** Sends input and waits until the last event it leads to arrived. */
  const eventsOf = async (inputs: readonly Input[], last: string): Promise<string[]> => {
    window.events.length = 0;
    for (const input of inputs) sink.handle(input);
    await window.until(last);
    return [...window.events];
  };

  before(async () => {
    rooms = await RoomsUnderTest.open(emptyDesktop);
    desktop = rooms.create('input');
    const endpoints = await running(desktop);
    window = await InputWindow.open(endpoints);
    rfb = await RfbClient.connect(endpointsOf(desktop).rfbSocketPath);
    sink = new InputSink(rfb, size);
  });
  after(async () => {
    rfb.close();
    window.close();
    await desktop.stop();
    await rooms.close();
  });

  it('moves the pointer to the pixel', async () => {
    const seen = await eventsOf(
      [
        { type: 'pointer', x: 700, y: 300, buttons: 0 },
        { type: 'pointer', x: 5000, y: 5000, buttons: 0 },
      ],
      'move 1279,719',
    );
    assert.ok(seen.includes('move 700,300'));
  });

  it('presses, drags and releases', async () => {
    const seen = await eventsOf(
      [
        { type: 'pointer', x: 100, y: 100, buttons: 0 },
        { type: 'pointer', x: 100, y: 100, buttons: 1 },
        { type: 'pointer', x: 200, y: 150, buttons: 1 },
        { type: 'pointer', x: 200, y: 150, buttons: 0 },
      ],
      'ButtonRelease 1',
    );
    assert.deepEqual(seen.slice(-3), ['ButtonPress 1', 'move 200,150', 'ButtonRelease 1']);
  });

  it('scrolls in four directions', async () => {
    const seen = await eventsOf(
      [
        { type: 'wheel', x: 200, y: 150, deltaX: 0, deltaY: 2 },
        { type: 'wheel', x: 200, y: 150, deltaX: 0, deltaY: -1 },
        { type: 'wheel', x: 200, y: 150, deltaX: 1, deltaY: 0 },
        { type: 'wheel', x: 200, y: 150, deltaX: -1, deltaY: 0 },
      ],
      'ButtonRelease 6',
    );
    assert.deepEqual(
      seen.filter((event) => event.startsWith('ButtonPress')).map((event) => event.slice(-1)),
      ['5', '5', '4', '7', '6'],
    );
  });

  it('types keys, modifiers held', async () => {
    const shift = 0xffe1;
    const seen = await eventsOf(
      [
        { type: 'key', keysym: shift, down: true },
        { type: 'key', keysym: 0x41, down: true },
        { type: 'key', keysym: 0x41, down: false },
        { type: 'key', keysym: shift, down: false },
      ],
      'KeyRelease ffe1',
    );
    assert.deepEqual(seen, ['KeyPress ffe1', 'KeyPress 61', 'KeyRelease 61', 'KeyRelease ffe1']);
  });

  it('does not repeat a key by itself while it is held', async () => {
    const seen = await eventsOf(
      [
        { type: 'key', keysym: 0x62, down: true },
        { type: 'key', keysym: 0x63, down: true },
        { type: 'release-all' },
      ],
      'KeyRelease 63',
    );
    assert.equal(seen.filter((event) => event === 'KeyPress 62').length, 1);
  });

  it('lets go of everything when asked to', async () => {
    await eventsOf(
      [
        { type: 'key', keysym: 0xffe3, down: true },
        { type: 'pointer', x: 1, y: 1, buttons: 4 },
      ],
      'ButtonPress 3',
    );
    const seen = await eventsOf([{ type: 'release-all' }], 'ButtonRelease 3');
    assert.ok(seen.includes('KeyRelease ffe3'));
  });

  it('tells when the display is gone', async () => {
    const closed = new Promise((resolve) => rfb.once('closed', resolve));
    await desktop.stop();
    assert.ok(await closed);
  });
});
