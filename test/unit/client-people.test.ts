import assert from 'node:assert/strict';

import { describe, it } from 'mocha';

import {
  MemberPalette,
  initialsOf,
  memberColours,
} from '../../client/src/composables/member-colours.js';

describe('the colours of members', () => {
  const ids = Array.from({ length: memberColours.length }, (_, index) => `member-${index}`);

  it('are all different while there are enough of them', () => {
    const palette = new MemberPalette();
    palette.assign(ids);
    assert.equal(new Set(ids.map((id) => palette.colourOf(id))).size, ids.length);
  });

  it('stay with a member whoever comes and goes', () => {
    const palette = new MemberPalette();
    palette.assign(ids);
    const before = palette.colourOf('member-7');
    palette.assign(['member-7']);
    palette.assign(['newcomer-1', 'newcomer-2', 'member-7']);
    assert.equal(palette.colourOf('member-7'), before);
  });

  it('follow from the id, so that pages mostly agree', () => {
    const [one, other] = [new MemberPalette(), new MemberPalette()];
    one.assign(['member-3']);
    other.assign(['member-3']);
    assert.equal(one.colourOf('member-3'), other.colourOf('member-3'));
  });

  it('are shared when more people are here than there are colours', () => {
    const palette = new MemberPalette();
    palette.assign([...ids, 'one-more']);
    assert.ok((memberColours as readonly string[]).includes(palette.colourOf('one-more')));
  });
});

describe('initials', () => {
  const cases: [name: string, initials: string][] = [
    ['Ana', 'A'],
    ['ana lima', 'AL'],
    ['  Ana   Maria Lima ', 'AL'],
    ['émile', 'É'],
    ['😀 party', '😀P'],
    ['', ''],
  ];
  for (const [name, initials] of cases) {
    it(`of "${name}" are "${initials}"`, () => assert.equal(initialsOf(name), initials));
  }
});
