/** Colours that people are told apart by; dark text is readable on each. */
export const memberColours = [
  '#f2a65a',
  '#8ab4f8',
  '#7fd1a8',
  '#f4a6c6',
  '#e6c84f',
  '#c6a5f0',
  '#6fd0d6',
  '#f28b82',
  '#a8c66c',
  '#d3b594',
] as const;

/**
 * Gives each member a colour for as long as the page lives: mostly the same one in every page,
 * since it follows from the member's id, but never one that someone else here wears already
 * while another is left.
 */
export class MemberPalette {
  readonly #colours = new Map<string, string>();

  /** Hands out colours to all who are here, in the order given, and forgets those who left. */
  assign(memberIds: readonly string[]): void {
    for (const memberId of [...this.#colours.keys()]) {
      if (!memberIds.includes(memberId)) this.#colours.delete(memberId);
    }
    for (const memberId of memberIds) {
      if (!this.#colours.has(memberId)) this.#colours.set(memberId, this.#choose(memberId));
    }
  }

  colourOf(memberId: string): string {
    return this.#colours.get(memberId) ?? memberColours[0];
  }

  #choose(memberId: string): string {
    const worn = new Set(this.#colours.values());
    const first = hash(memberId) % memberColours.length;
    const candidates = [...memberColours.slice(first), ...memberColours.slice(0, first)];
    return candidates.find((colour) => !worn.has(colour)) ?? candidates[0] ?? memberColours[0];
  }
}

/** One or two letters that stand for a name: of its first and its last word. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = words[0] ?? '';
  const last = words.length > 1 ? (words.at(-1) ?? '') : '';
  return (firstCharacter(first) + firstCharacter(last)).toUpperCase();
}

function firstCharacter(word: string): string {
  const codePoint = word.codePointAt(0);
  return codePoint === undefined ? '' : String.fromCodePoint(codePoint);
}

/** FNV-1a, 32 bits. */
function hash(id: string): number {
  let value = 0x811c9dc5;
  for (const character of id) {
    value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return value >>> 0;
}
