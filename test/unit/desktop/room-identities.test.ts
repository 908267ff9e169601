import assert from 'node:assert/strict';
import { chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, before, beforeEach, describe, it } from 'mocha';

import { homeFolder, isRoot, RoomIdentities } from '../../../media-host/desktop/room-identities.js';

/** The user after this one; the first comes after the last. */
const next = (uid: number): number => (uid + 1 < 65_519 ? uid + 1 : 61_000);

describe('users of rooms', () => {
  let dataDir = '';
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'share-space-identities-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true }));

  it('are one for each room, one after the other', () => {
    const identities = new RoomIdentities(dataDir);
    const { uid, gid } = identities.identityFor('a');
    assert.ok(uid >= 61_000 && uid < 65_519);
    assert.equal(gid, uid);
    assert.equal(identities.identityFor('b').uid, next(uid));
    assert.deepEqual(identities.identityFor('a'), { uid, gid });
  });

  it('are others for the rooms of another data folder', () => {
    const others = Array.from({ length: 5 }, () =>
      mkdtempSync(join(tmpdir(), 'share-space-others-')),
    );
    try {
      const uids = others.map((folder) => new RoomIdentities(folder).identityFor('a').uid);
      assert.ok(new Set(uids).size > 1);
    } finally {
      for (const folder of others) rmSync(folder, { recursive: true });
    }
  });

  describe('with homes of before', () => {
    const makeHome = (roomId: string, uid: number): void => {
      const home = homeFolder(dataDir, roomId);
      mkdirSync(home, { recursive: true });
      chownSync(home, uid, uid);
    };
    const uidOf = (roomId: string): number => new RoomIdentities(dataDir).identityFor(roomId).uid;

    before(function () {
      if (!isRoot()) {
        this.test!.title = 'skipped: only root can give files away';
        this.skip();
      }
    });

    it('are the owners of the homes', () => {
      makeHome('old', 61_007);
      assert.equal(uidOf('old'), 61_007);
    });

    it('are never those of another room’s home', () => {
      const first = uidOf('new');
      makeHome('first', first);
      makeHome('third', next(next(first)));
      const identities = new RoomIdentities(dataDir);
      assert.equal(identities.identityFor('new').uid, next(first));
      assert.equal(identities.identityFor('newer').uid, next(next(next(first))));
    });

    it('are never a person’s or root’s', () => {
      makeHome('copied', 1000);
      makeHome('roots', 0);
      assert.ok(uidOf('copied') >= 61_000);
      assert.ok(uidOf('roots') >= 61_000);
    });

    it('are two for two homes of one owner', () => {
      makeHome('a', 61_000);
      makeHome('copy-of-a', 61_000);
      const identities = new RoomIdentities(dataDir);
      assert.notEqual(identities.identityFor('a').uid, identities.identityFor('copy-of-a').uid);
    });
  });
});
