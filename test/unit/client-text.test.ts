import assert from 'node:assert/strict';

import { describe, it } from 'mocha';

import { toRoomId } from '../../client/src/room-address.js';
import { text } from '../../client/src/text/index.js';

describe('a typed room address', () => {
  const cases: [typed: string, roomId: string][] = [
    ['living-room', 'living-room'],
    ['  Living Room ', 'living-room'],
    ['film_club', 'film-club'],
    ['https://share.example/r/attic', 'attic'],
    ['share.example:8080/r/attic?x=1#top', 'attic'],
    ['/r/', ''],
    ['', ''],
  ];
  for (const [typed, roomId] of cases) {
    it(`"${typed}" means ${roomId || 'no room'}`, () => assert.equal(toRoomId(typed), roomId));
  }
});

describe('a span of time in words', () => {
  const cases: [seconds: number, words: string][] = [
    [-3, '0 s'],
    [59.9, '59 s'],
    [60, '1 min'],
    [3720, '1 h 2 min'],
    [90_000, '1 d 1 h'],
  ];
  for (const [seconds, words] of cases) {
    it(`of ${seconds} seconds is ${words}`, () => assert.equal(text.duration(seconds), words));
  }
});
