import type { Input } from '../../../signaling/protocol/viewer-messages.js';

import { isPrintable, toKeysym } from './keysym.js';

/** What is read of a `KeyboardEvent`. */
export interface KeyStroke {
  readonly key: string;
  /** The physical key; empty when the device (a phone, say) does not tell. */
  readonly code: string;
  readonly location: number;
  readonly repeat: boolean;
  readonly isComposing: boolean;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly metaKey: boolean;
  /** `getModifierState('AltGraph')` */
  readonly altGraph: boolean;
  /** Milliseconds. */
  readonly timeStamp: number;
}

/**
 * Who a key event belongs to: the `desktop` (the page prevents the browser's own action), the
 * `browser`, or `leave`: the chord that gives the keyboard back to the page was completed.
 */
export type KeyVerdict = 'desktop' | 'browser' | 'leave';

interface HeldKey {
  readonly key: string;
  readonly keysym: number;
  readonly sinceMs: number;
}

type ModifierFlag = 'ctrlKey' | 'altKey' | 'shiftKey' | 'metaKey';

const modifierFlags: ReadonlyMap<string, ModifierFlag> = new Map([
  ['Control', 'ctrlKey'],
  ['Alt', 'altKey'],
  ['Shift', 'shiftKey'],
  ['Meta', 'metaKey'],
]);

const leaveChord = ['Control', 'Alt', 'Shift'] as const;

/** Windows reports AltGr as a left Control that nobody pressed, at most this long before AltGr. */
const phantomControlMs = 50;

/**
 * Turns key events of the page into key input for the desktop, and remembers which keysym each
 * physical key pressed, so that the same one is released whatever the layout says by then.
 * Modifiers whose release the browser never reported are released at the next key.
 */
export class KeyboardTracker {
  readonly #held = new Map<string, HeldKey>();
  #chordArmed = false;

  /** @param isMac Command acts as Control there, and Option composes characters */
  constructor(
    private readonly send: (input: Input) => void,
    private readonly isMac: boolean,
  ) {}

  /** A key that makes shortcuts is down, so what happens next may be the browser's shortcut. */
  get holdsShortcut(): boolean {
    return [...this.#held.values()].some(({ key }) => key === 'Control' || key === 'Meta');
  }

  keyDown(stroke: KeyStroke): KeyVerdict {
    // The key after a dead key carries the composed character; an input method's keys are its own.
    if (stroke.isComposing || stroke.key === 'Dead' || stroke.key === 'Process') return 'browser';
    this.#releaseLostModifiers(stroke);
    if (stroke.key === 'AltGraph') {
      this.#releasePhantomControl(stroke.timeStamp);
      return 'desktop';
    }
    const keysym = toKeysym(stroke, this.isMac);
    if (keysym === null) return 'browser';
    if (stroke.code === '') {
      this.#tap(keysym);
      return 'desktop';
    }
    if (this.#isComposedCharacter(stroke)) this.#releaseModifiers('Control', 'Alt');
    this.#press(stroke, keysym);
    this.#chordArmed = this.#isChordHeld();
    return 'desktop';
  }

  keyUp(stroke: KeyStroke): KeyVerdict {
    if (this.#chordArmed) {
      this.releaseAll();
      return 'leave';
    }
    this.#releaseLostModifiers(stroke);
    const wasHeld = this.#release(stroke.code);
    // macOS reports no release of keys pressed while Command is down.
    if (this.isMac && stroke.key === 'Meta') this.#releaseCharacters();
    return wasHeld ? 'desktop' : 'browser';
  }

  /** Tells the desktop that nothing is held any more, keys and buttons alike. */
  releaseAll(): void {
    this.#held.clear();
    this.#chordArmed = false;
    this.send({ type: 'release-all' });
  }

  #press(stroke: KeyStroke, keysym: number): void {
    const held = this.#held.get(stroke.code);
    // A key held since before the keyboard came here must not start typing now.
    if (stroke.repeat && (!held || modifierFlags.has(stroke.key))) return;
    if (held && (!stroke.repeat || held.keysym !== keysym)) this.#release(stroke.code);
    this.#held.set(stroke.code, { key: stroke.key, keysym, sinceMs: stroke.timeStamp });
    this.send({ type: 'key', keysym, down: true });
  }

  #tap(keysym: number): void {
    this.send({ type: 'key', keysym, down: true });
    this.send({ type: 'key', keysym, down: false });
  }

  #release(code: string): boolean {
    const held = this.#held.get(code);
    if (!held) return false;
    this.#held.delete(code);
    this.send({ type: 'key', keysym: held.keysym, down: false });
    return true;
  }

  #releaseWhere(matches: (held: HeldKey, code: string) => boolean): void {
    for (const [code, held] of [...this.#held]) if (matches(held, code)) this.#release(code);
  }

  #releaseModifiers(...keys: readonly string[]): void {
    this.#releaseWhere((held) => keys.includes(held.key));
  }

  #releaseCharacters(): void {
    this.#releaseWhere((held) => !modifierFlags.has(held.key));
  }

  #releaseLostModifiers(stroke: KeyStroke): void {
    this.#releaseWhere(({ key }) => {
      const flag = modifierFlags.get(key);
      return flag !== undefined && key !== stroke.key && !stroke[flag];
    });
  }

  #releasePhantomControl(nowMs: number): void {
    this.#releaseWhere(
      (held, code) => code === 'ControlLeft' && nowMs - held.sinceMs <= phantomControlMs,
    );
  }

  /** A character that Option or AltGr made is meant as such, not as Alt plus something. */
  #isComposedCharacter(stroke: KeyStroke): boolean {
    if (!isPrintable(stroke.key)) return false;
    return stroke.altGraph || (this.isMac && stroke.altKey && !stroke.ctrlKey && !stroke.metaKey);
  }

  #isChordHeld(): boolean {
    const keys = [...this.#held.values()].map((held) => held.key);
    return leaveChord.every((key) => keys.includes(key)) && keys.length === leaveChord.length;
  }
}
