import assert from 'node:assert/strict';

import { ok, unwrap } from '../../../signaling/protocol/result.js';
import { makeTemporaryFolder, removeFolder } from '../../unit/signaling/temporary-folder.js';

import { HostPeer, transportOptions } from './host-peer.js';
import { MemberPeer } from './member-peer.js';
import { startSignaling } from './signaling-process.js';
import type { StartedSignaling } from './signaling-process.js';

const candidate = 'candidate:1 1 UDP 2122252543 192.0.2.7 50000 typ host';
const remote = {
  role: 'client' as const,
  fingerprints: [{ algorithm: 'sha-256' as const, value: 'AA:'.repeat(31) + 'AA' }],
  iceParameters: { usernameFragment: 'abcd', password: 'a'.repeat(22) },
  maxMessageSize: 65_536,
};

describe('a connection check', () => {
  let folder: string;
  let signaling: StartedSignaling;
  let host: HostPeer;
  let page: MemberPeer;

  before(async () => {
    folder = await makeTemporaryFolder();
    signaling = await startSignaling(folder);
    host = await HostPeer.run(signaling.url);
    host.answers.set('check:open', () => ok({ transport: transportOptions }));
    const { peer } = await MemberPeer.join(signaling.url, 'Observer');
    await peer.room(({ desktop }) => desktop.state === 'running');
    peer.close();
  });
  after(async () => {
    host.close();
    await signaling.process.stop();
    await removeFolder(folder);
  });
  beforeEach(async () => {
    page = await MemberPeer.connect(signaling.url);
    host.forget();
  });
  afterEach(() => page.close());

  it('is answered for a page that has joined nothing, which still is a member of nothing', async () => {
    assert.deepEqual(await page.ask('check:ping', {}), ok({}));
    const offer = unwrap(await page.ask('check:open', {})) as { checkId: string };
    assert.deepEqual(offer, {
      checkId: offer.checkId,
      transport: transportOptions,
      iceServers: [],
      icePolicy: 'all',
    });
    const refused = await page.ask('viewer:open', {});
    assert.equal(!refused.ok && refused.error.code, 'not-in-room');
  });

  it('is the same whatever room the page names', async () => {
    for (const roomId of ['lobby', 'no-such-room', '__proto__']) {
      const answer = await page.ask('check:open', { roomId });
      const { checkId } = unwrap(answer) as { checkId: string };
      const expected = { checkId, transport: transportOptions, iceServers: [], icePolicy: 'all' };
      assert.deepEqual(answer, ok(expected));
    }
    const rooms = host.asked<{ roomId: string }>('check:open').map(({ roomId }) => roomId);
    assert.deepEqual(rooms, ['lobby', 'lobby', 'lobby']);
  });

  it('carries parameters and candidates between page and host', async () => {
    const { checkId } = unwrap(await page.ask('check:open', {})) as { checkId: string };
    assert.deepEqual(await page.ask('check:connect', { checkId, remote }), ok({}));
    assert.deepEqual(await page.ask('check:candidate', { checkId, candidate }), ok({}));
    assert.deepEqual(host.asked('check:connect'), [{ checkId, remote, roomId: 'lobby' }]);
    assert.deepEqual(host.asked('check:candidate'), [{ checkId, candidate, roomId: 'lobby' }]);
    host.socket.emit('check:candidate', { checkId, candidate });
    assert.deepEqual(await page.next('check:candidate'), { checkId, candidate });
  });

  it('refuses malformed requests to that page alone', async () => {
    const { checkId } = unwrap(await page.ask('check:open', {})) as { checkId: string };
    for (const payload of [
      null,
      { checkId },
      { checkId: '../..', remote },
      { checkId, remote: 1 },
    ]) {
      const answer = await page.ask('check:connect', payload);
      assert.equal(!answer.ok && answer.error.code, 'bad-request');
    }
    assert.deepEqual(host.asked('check:connect'), []);
  });

  it('ends with the page’s connection', async () => {
    const { checkId } = unwrap(await page.ask('check:open', {})) as { checkId: string };
    page.close();
    assert.deepEqual(await host.next('check:close'), { checkId, roomId: 'lobby' });
  });

  it('is refused to an address that asks without end', async () => {
    let refusal: unknown = null;
    for (let asked = 0; asked < 100 && refusal === null; asked += 1) {
      const answer = await page.ask('check:open', {});
      if (!answer.ok) refusal = answer.error.code;
    }
    assert.equal(refusal, 'rate-limited');
    assert.ok(host.asked('check:open').length <= 60);
  });
});
