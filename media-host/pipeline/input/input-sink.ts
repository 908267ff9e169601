import type { DesktopSize } from '../../../signaling/protocol/identifiers.js';
import type { Input } from '../../../signaling/protocol/viewer-messages.js';

/** What takes pointer and keys for a desktop: an `RfbClient`, or a stand-in. */
export interface InputTarget {
  sendPointer(x: number, y: number, buttons: number): void;
  sendKey(keysym: number, down: boolean): void;
}

/** Bits of X11 buttons 1 to 3: left, middle, right. */
const clickButtons = 0b111;

/** Wheel clicks are presses of buttons 4 to 7. */
const wheelButton = { up: 1 << 3, down: 1 << 4, left: 1 << 5, right: 1 << 6 } as const;

/** Xvnc 1.12 knows seven buttons; browsers take these keys (X11's XF86keysym.h) for the two more of a mouse. */
const historyKeys = [
  { button: 1 << 7, keysym: 0x1008ff26 },
  { button: 1 << 8, keysym: 0x1008ff27 },
] as const;

/**
 * Shift to Hyper, and the two that choose a layout's further levels. A browser repeats a held
 * modifier as it repeats a letter; to Xvnc, each repetition would be a short release.
 */
const isModifier = (keysym: number): boolean =>
  (keysym >= 0xffe1 && keysym <= 0xffee) || keysym === 0xfe03 || keysym === 0xff7e;

/** More than fingers can hold; a sender that holds more is broken, and its further keys are ignored. */
const mostHeldKeys = 32;

/**
 * Turns a controller's input into pointer and key events, and knows what is held down, so that
 * nothing stays down when control or the connection is lost.
 */
export class InputSink {
  readonly #target: InputTarget;
  readonly #size: DesktopSize;
  readonly #keys = new Set<number>();
  #buttons = 0;
  #x = 0;
  #y = 0;

  constructor(target: InputTarget, size: DesktopSize) {
    this.#target = target;
    this.#size = size;
  }

  handle(input: Input): void {
    switch (input.type) {
      case 'pointer':
        this.#moveTo(input.x, input.y);
        this.#setHistoryKeys(input.buttons);
        this.#setButtons(input.buttons & clickButtons);
        return;
      case 'wheel':
        this.#moveTo(input.x, input.y);
        this.#turn(input.deltaY < 0 ? wheelButton.up : wheelButton.down, Math.abs(input.deltaY));
        this.#turn(input.deltaX < 0 ? wheelButton.left : wheelButton.right, Math.abs(input.deltaX));
        return;
      case 'key':
        this.#setKey(input.keysym, input.down);
        return;
      case 'release-all':
        this.releaseAll();
        return;
    }
  }

  /** Lets go of every key and button that is held. */
  releaseAll(): void {
    for (const keysym of [...this.#keys]) this.#setKey(keysym, false);
    if (this.#buttons !== 0) this.#setButtons(0);
  }

  #moveTo(x: number, y: number): void {
    this.#x = Math.min(Math.max(x, 0), this.#size.width - 1);
    this.#y = Math.min(Math.max(y, 0), this.#size.height - 1);
  }

  #setButtons(buttons: number): void {
    this.#buttons = buttons;
    this.#target.sendPointer(this.#x, this.#y, buttons);
  }

  #turn(button: number, clicks: number): void {
    for (let click = 0; click < clicks; click += 1) {
      this.#target.sendPointer(this.#x, this.#y, this.#buttons | button);
      this.#target.sendPointer(this.#x, this.#y, this.#buttons);
    }
  }

  #setHistoryKeys(buttons: number): void {
    for (const { button, keysym } of historyKeys) {
      const down = (buttons & button) !== 0;
      if (down !== this.#keys.has(keysym)) this.#setKey(keysym, down);
    }
  }

  #setKey(keysym: number, down: boolean): void {
    const isHeld = this.#keys.has(keysym);
    if (!down) {
      if (this.#keys.delete(keysym)) this.#target.sendKey(keysym, false);
    } else if (isHeld ? !isModifier(keysym) : this.#keys.size < mostHeldKeys) {
      this.#keys.add(keysym);
      this.#target.sendKey(keysym, true);
    }
  }
}
