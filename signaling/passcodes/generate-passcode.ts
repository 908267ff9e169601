import { randomInt } from 'node:crypto';

/** Lower case letters and digits that are not taken for one another when read aloud or off a screen. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';
const groupLength = 4;

/**
 * A passcode that is easy to read out and type, such as `k7mp-x2dn-r9qt`: almost 5 bits a
 * character, 59 in three groups.
 */
export function generatePasscode(groups: number): string {
  const group = (): string =>
    Array.from({ length: groupLength }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
  return Array.from({ length: groups }, group).join('-');
}
