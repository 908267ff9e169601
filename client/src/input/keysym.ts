import { keypadEnter, localKeys, namedKeysyms, sidedKeysyms } from './keysym-table.js';

/** `KeyboardEvent.location` of the right-hand key of a pair, and of the number pad. */
const locationRight = 2;
const locationNumpad = 3;

/** Keysyms of Unicode characters that have no older name (X11 protocol, appendix A). */
const unicodeKeysymBase = 0x01000000;

export interface NamedKey {
  /** `KeyboardEvent.key` */
  readonly key: string;
  /** `KeyboardEvent.location` */
  readonly location: number;
}

/** Whether a key types a character: its name is then the character itself. */
export function isPrintable(key: string): boolean {
  const [first, second] = key;
  return first !== undefined && second === undefined && first >= ' ' && first !== '\u007f';
}

/**
 * The X11 keysym of a key, or null for a key that the desktop must not get.
 * @param isMac Command then acts as Control, as shortcuts like Command+C are meant
 */
export function toKeysym({ key, location }: NamedKey, isMac: boolean): number | null {
  if (isPrintable(key)) return toCharacterKeysym(key.codePointAt(0) ?? 0);
  if (localKeys.has(key)) return null;
  if (key === 'Enter' && location === locationNumpad) return keypadEnter;
  const sides = sidedKeysyms.get(isMac && key === 'Meta' ? 'Control' : key);
  if (sides) return location === locationRight ? sides[1] : sides[0];
  return namedKeysyms.get(key) ?? null;
}

/** Latin-1 characters are their own keysym; all others carry their code point. */
export function toCharacterKeysym(codePoint: number): number {
  const isLatin1 = codePoint <= 0x7e || (codePoint >= 0xa0 && codePoint <= 0xff);
  return isLatin1 ? codePoint : unicodeKeysymBase | codePoint;
}
