import assert from 'node:assert/strict';

import { beforeEach, describe, it } from 'mocha';

import { KeyboardTracker } from '../../client/src/input/keyboard-tracker.js';
import type { KeyStroke } from '../../client/src/input/keyboard-tracker.js';
import { toKeysym } from '../../client/src/input/keysym.js';
import { inputSchema } from '../../signaling/protocol/viewer-messages.js';
import type { Input } from '../../signaling/protocol/viewer-messages.js';

describe('keysyms', () => {
  const cases: [name: string, key: string, location: number, keysym: number | null][] = [
    ['a letter', 'a', 0, 0x61],
    ['a capital', 'A', 0, 0x41],
    ['a space', ' ', 0, 0x20],
    ['a Latin-1 letter', 'ü', 0, 0xfc],
    ['a character beyond Latin-1', '€', 0, 0x010020ac],
    ['a character beyond the basic plane', '😀', 0, 0x0101f600],
    ['Enter', 'Enter', 0, 0xff0d],
    ['Enter of the number pad', 'Enter', 3, 0xff8d],
    ['a digit of the number pad', '7', 3, 0x37],
    ['left Shift', 'Shift', 1, 0xffe1],
    ['right Shift', 'Shift', 2, 0xffe2],
    ['left Control', 'Control', 1, 0xffe3],
    ['the Windows key', 'Meta', 1, 0xffeb],
    ['F1', 'F1', 0, 0xffbe],
    ['F24', 'F24', 0, 0xffd5],
    ['an arrow', 'ArrowUp', 0, 0xff52],
    ['Caps Lock, which shows in the letters', 'CapsLock', 0, null],
    ['the volume key', 'AudioVolumeUp', 0, null],
    ['an unknown key', 'LaunchMail', 0, null],
    ['a name of the object prototype', 'constructor', 0, null],
  ];
  for (const [name, key, location, keysym] of cases) {
    it(`of ${name}: ${keysym?.toString(16) ?? 'none'}`, () =>
      assert.equal(toKeysym({ key, location }, false), keysym));
  }

  it('make Command act as Control on a Mac', () => {
    assert.equal(toKeysym({ key: 'Meta', location: 2 }, true), 0xffe4);
  });
});

describe('the keyboard', () => {
  let sent: Input[];
  let keyboard: KeyboardTracker;

  const stroke = (key: string, code: string, more: Partial<KeyStroke> = {}): KeyStroke => ({
    key,
    code,
    location: 0,
    repeat: false,
    isComposing: false,
    ctrlKey: false,
    altKey: false,
    shiftKey: false,
    metaKey: false,
    altGraph: false,
    timeStamp: 0,
    ...more,
  });
  /** Keys sent so far, as `+a` for down and `-a` for up. */
  const log = (): string =>
    sent
      .map((input) => {
        assert.ok(inputSchema.safeParse(input).success, JSON.stringify(input));
        if (input.type !== 'key') return input.type;
        const name =
          input.keysym < 0xff ? String.fromCharCode(input.keysym) : input.keysym.toString(16);
        return `${input.down ? '+' : '-'}${name}`;
      })
      .join(' ');

  beforeEach(() => {
    sent = [];
    keyboard = new KeyboardTracker((input) => sent.push(input), false);
  });

  it('releases what a key pressed, even when Shift changed its character meanwhile', () => {
    keyboard.keyDown(stroke('A', 'KeyA', { shiftKey: true }));
    keyboard.keyUp(stroke('a', 'KeyA'));
    assert.equal(log(), '+A -A');
  });

  it('repeats a key that is held', () => {
    keyboard.keyDown(stroke('a', 'KeyA'));
    keyboard.keyDown(stroke('a', 'KeyA', { repeat: true }));
    assert.equal(log(), '+a +a');
  });

  it('changes over when a held key begins to repeat as another character', () => {
    keyboard.keyDown(stroke('a', 'KeyA'));
    keyboard.keyDown(stroke('A', 'KeyA', { repeat: true, shiftKey: true }));
    assert.equal(log(), '+a -a +A');
  });

  it('ignores the repeats of a key that was pressed before the keyboard came here', () => {
    assert.equal(keyboard.keyDown(stroke('Enter', 'Enter', { repeat: true })), 'desktop');
    assert.equal(keyboard.keyUp(stroke('Enter', 'Enter')), 'browser');
    assert.equal(log(), '');
  });

  it('leaves dead keys and composition to the browser and types the composed character', () => {
    assert.equal(keyboard.keyDown(stroke('Dead', 'Quote')), 'browser');
    assert.equal(keyboard.keyDown(stroke('a', 'KeyA', { isComposing: true })), 'browser');
    keyboard.keyDown(stroke('é', 'KeyE'));
    assert.equal(log(), '+é');
  });

  it('types a character of AltGr without the Control that Windows makes up', () => {
    keyboard.keyDown(stroke('Control', 'ControlLeft', { ctrlKey: true, timeStamp: 1000 }));
    keyboard.keyDown(
      stroke('AltGraph', 'AltRight', { ctrlKey: true, altKey: true, timeStamp: 1001 }),
    );
    keyboard.keyDown(stroke('@', 'KeyQ', { ctrlKey: true, altKey: true, altGraph: true }));
    keyboard.keyUp(stroke('@', 'KeyQ', { ctrlKey: true, altKey: true, altGraph: true }));
    keyboard.keyUp(stroke('Control', 'ControlLeft', { altKey: true }));
    keyboard.keyUp(stroke('AltGraph', 'AltRight'));
    assert.equal(log(), '+ffe3 -ffe3 +@ -@');
  });

  it('lets Control and Alt go before a character that they composed', () => {
    keyboard.keyDown(stroke('Control', 'ControlLeft', { ctrlKey: true }));
    keyboard.keyDown(stroke('Alt', 'AltLeft', { ctrlKey: true, altKey: true }));
    keyboard.keyDown(stroke('€', 'KeyE', { ctrlKey: true, altKey: true, altGraph: true }));
    assert.equal(log(), '+ffe3 +ffe9 -ffe3 -ffe9 +10020ac');
  });

  it('releases a modifier whose release was never reported', () => {
    keyboard.keyDown(stroke('Alt', 'AltLeft', { altKey: true }));
    keyboard.keyDown(stroke('a', 'KeyA'));
    assert.equal(log(), '+ffe9 -ffe9 +a');
  });

  it('types what a phone sends without key codes', () => {
    assert.equal(keyboard.keyDown(stroke('h', '')), 'desktop');
    assert.equal(keyboard.keyUp(stroke('h', '')), 'browser');
    assert.equal(log(), '+h -h');
  });

  it('gives the keyboard back when Control, Alt and Shift were pressed alone', () => {
    keyboard.keyDown(stroke('Control', 'ControlLeft', { ctrlKey: true }));
    keyboard.keyDown(stroke('Alt', 'AltLeft', { ctrlKey: true, altKey: true }));
    const all = { ctrlKey: true, altKey: true, shiftKey: true };
    assert.equal(keyboard.keyDown(stroke('Shift', 'ShiftLeft', all)), 'desktop');
    assert.equal(keyboard.keyUp(stroke('Alt', 'AltLeft', { ...all, altKey: false })), 'leave');
    assert.equal(log(), '+ffe3 +ffe9 +ffe1 release-all');
  });

  it('keeps a shortcut of Control, Alt, Shift and a letter for the desktop', () => {
    const all = { ctrlKey: true, altKey: true, shiftKey: true };
    keyboard.keyDown(stroke('Control', 'ControlLeft', { ctrlKey: true }));
    keyboard.keyDown(stroke('Alt', 'AltLeft', { ctrlKey: true, altKey: true }));
    keyboard.keyDown(stroke('Shift', 'ShiftLeft', all));
    keyboard.keyDown(stroke('R', 'KeyR', all));
    keyboard.keyUp(stroke('R', 'KeyR', all));
    assert.equal(
      keyboard.keyUp(stroke('Shift', 'ShiftLeft', { ...all, shiftKey: false })),
      'desktop',
    );
    assert.equal(log(), '+ffe3 +ffe9 +ffe1 +R -R -ffe1');
  });

  it('tells the desktop to let everything go', () => {
    keyboard.keyDown(stroke('a', 'KeyA'));
    keyboard.releaseAll();
    assert.equal(keyboard.keyUp(stroke('a', 'KeyA')), 'browser');
    assert.equal(log(), '+a release-all');
  });

  describe('of a Mac', () => {
    beforeEach(() => {
      keyboard = new KeyboardTracker((input) => sent.push(input), true);
    });

    it('releases keys whose release Command swallowed', () => {
      keyboard.keyDown(stroke('Meta', 'MetaLeft', { metaKey: true }));
      keyboard.keyDown(stroke('c', 'KeyC', { metaKey: true }));
      keyboard.keyUp(stroke('Meta', 'MetaLeft'));
      assert.equal(log(), '+ffe3 +c -ffe3 -c');
    });

    it('presses a key anew when its release was swallowed', () => {
      keyboard.keyDown(stroke('Meta', 'MetaLeft', { metaKey: true }));
      keyboard.keyDown(stroke('v', 'KeyV', { metaKey: true }));
      keyboard.keyDown(stroke('v', 'KeyV', { metaKey: true }));
      assert.equal(log(), '+ffe3 +v -v +v');
    });

    it('types the character that Option makes', () => {
      keyboard.keyDown(stroke('Alt', 'AltLeft', { altKey: true }));
      keyboard.keyDown(stroke('@', 'KeyL', { altKey: true }));
      assert.equal(log(), '+ffe9 -ffe9 +@');
    });
  });
});
