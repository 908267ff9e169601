import assert from 'node:assert/strict';
import { chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, before, beforeEach, describe, it } from 'mocha';

import { homeFolder, isRoot, RoomIdentities } from '../../../media-host/desktop/room-identities.js';

describe('users of rooms', () => {
  let dataDir = '';
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'share-space-identities-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true }));

  it('begin at 61000 and are one for each room', () => {
    const identities = new RoomIdentities(dataDir);
    assert.deepEqual(identities.identityFor('a'), { uid: 61_000, gid: 61_000 });
    assert.deepEqual(identities.identityFor('b'), { uid: 61_001, gid: 61_001 });
    assert.deepEqual(identities.identityFor('a'), { uid: 61_000, gid: 61_000 });
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
      makeHome('first', 61_000);
      makeHome('third', 61_002);
      const identities = new RoomIdentities(dataDir);
      assert.equal(identities.identityFor('new').uid, 61_001);
      assert.equal(identities.identityFor('newer').uid, 61_003);
    });

    it('are never a person’s or root’s', () => {
      makeHome('copied', 1000);
      makeHome('roots', 0);
      assert.equal(uidOf('copied'), 61_000);
      assert.equal(uidOf('roots'), 61_000);
    });

    it('are two for two homes of one owner', () => {
      makeHome('a', 61_000);
      makeHome('copy-of-a', 61_000);
      const identities = new RoomIdentities(dataDir);
      assert.notEqual(identities.identityFor('a').uid, identities.identityFor('copy-of-a').uid);
    });
  });
});
