import assert from 'node:assert/strict';

import { operatorNamespace } from '../../../signaling/protocol/operator-events.js';
import type { OperatorSnapshot } from '../../../signaling/protocol/operator-events.js';
import { unwrap } from '../../../signaling/protocol/result.js';
import { makeTemporaryFolder, removeFolder } from '../../unit/signaling/temporary-folder.js';

import { HostPeer } from './host-peer.js';
import { MemberPeer } from './member-peer.js';
import { operatorPassword, startSignaling } from './signaling-process.js';
import type { StartedSignaling } from './signaling-process.js';
import { SocketPeer } from './socket-peer.js';

describe('the operator', () => {
  let folder: string;
  let signaling: StartedSignaling;
  let peers: SocketPeer[];

  before(async () => {
    folder = await makeTemporaryFolder();
    signaling = await startSignaling(folder, { TRUST_PROXY: '1' });
  });
  after(async () => {
    await signaling.process.stop();
    await removeFolder(folder);
  });
  beforeEach(() => (peers = []));
  afterEach(() => {
    for (const peer of peers) peer.close();
  });

  const request = (
    method: string,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<Response> =>
    fetch(`${signaling.url}/api/operator/session`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const logIn = async (): Promise<string> => {
    const response = await request('POST', { password: operatorPassword });
    assert.equal(response.status, 204);
    return response.headers.get('set-cookie')?.split(';')[0] ?? '';
  };
  const watch = async (cookie: string): Promise<SocketPeer> => {
    const peer = new SocketPeer(signaling.url + operatorNamespace, { extraHeaders: { cookie } });
    await peer.opened;
    peers.push(peer);
    return peer;
  };
  const codeOf = async (response: Response): Promise<string> =>
    ((await response.json()) as { error: { code: string } }).error.code;

  it('logs in with the password, by a cookie no script and no other site can use', async () => {
    const response = await request('POST', { password: operatorPassword });
    assert.equal(response.status, 204);
    const cookie = response.headers.get('set-cookie') ?? '';
    assert.match(cookie, /^share_space_operator=[\w-]{24}; Path=\/; HttpOnly; SameSite=Strict$/);
    assert.equal(response.headers.get('cache-control'), 'no-store');
    const overHttps = await request(
      'POST',
      { password: operatorPassword },
      { 'x-forwarded-proto': 'https' },
    );
    assert.match(overHttps.headers.get('set-cookie') ?? '', /; Secure/);
  });

  it('is not whoever has no password, a wrong one, or sends something else', async () => {
    for (const [body, status, code] of [
      [{ password: 'wrong' }, 401, 'unauthorized'],
      [{}, 400, 'bad-request'],
      [{ password: { $ne: '' } }, 400, 'bad-request'],
      [[], 400, 'bad-request'],
    ] as const) {
      const response = await request('POST', body);
      assert.equal(response.status, status);
      assert.equal(await codeOf(response), code);
      assert.equal(response.headers.get('set-cookie'), null);
    }
    const torn = await fetch(`${signaling.url}/api/operator/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"password":',
    });
    assert.equal(torn.status, 400);
    assert.equal(await codeOf(torn), 'bad-request');
  });

  it('waits after ten wrong passwords of one address, and others do not', async () => {
    const from = { 'x-forwarded-for': '198.51.100.7' };
    for (let count = 0; count < 10; count += 1) {
      assert.equal((await request('POST', { password: 'wrong' }, from)).status, 401);
    }
    const response = await request('POST', { password: operatorPassword }, from);
    assert.equal(response.status, 429);
    assert.ok(Number(response.headers.get('retry-after')) > 0);
    assert.equal(await codeOf(response), 'rate-limited');
    await logIn();
  });

  it('cannot be made to act by another site’s page', async () => {
    for (const headers of [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
    ]) {
      const login = await request('POST', { password: operatorPassword }, headers);
      assert.equal(login.status, 403);
      assert.equal(login.headers.get('set-cookie'), null);
    }
    const cookie = await logIn();
    const logout = await request('DELETE', undefined, { cookie, origin: 'https://evil.example' });
    assert.equal(logout.status, 403);
    await watch(cookie);
  });

  it('sees rooms, members, viewers and hosts as they change', async () => {
    const watcher = await watch(await logIn());
    const first = await watcher.next<OperatorSnapshot>('operator:snapshot');
    assert.deepEqual(
      first.rooms.map(({ roomId, hostId }) => ({ roomId, hostId })),
      [{ roomId: 'lobby', hostId: null }],
    );
    const host = await HostPeer.run(signaling.url, 'host-1');
    const { peer, welcome } = await MemberPeer.join(signaling.url, 'Ada');
    peers.push(host, peer);
    await peer.room(({ desktop }) => desktop.state === 'running');
    const { viewerId } = unwrap(await peer.ask('viewer:open', {})) as { viewerId: string };
    const { rooms, hosts, counters } = await watcher.next<OperatorSnapshot>(
      'operator:snapshot',
      (snapshot) => snapshot.rooms[0]?.viewers.length === 1,
    );
    const { viewers, ...room } = rooms[0]!;
    assert.deepEqual(room, {
      roomId: 'lobby',
      members: [{ memberId: welcome.memberId, name: 'Ada', connected: true }],
      controllerId: null,
      desktop: { state: 'running' },
      hostId: 'host-1',
    });
    assert.deepEqual(viewers, [
      { viewerId, memberId: welcome.memberId, sinceMs: viewers[0]?.sinceMs },
    ]);
    assert.deepEqual(hosts, [
      { hostId: 'host-1', connectedSinceMs: hosts[0]?.connectedSinceMs, rooms: ['lobby'] },
    ]);
    assert.ok((counters['originsRefused'] ?? 0) >= 3);
  });

  it('is nobody without a session, and asks nothing over the socket', async () => {
    for (const cookie of ['', 'share_space_operator=aaaaaaaaaaaaaaaaaaaaaaaa']) {
      await assert.rejects(watch(cookie), /Please log in/);
    }
    const watcher = await watch(await logIn());
    const answer = await watcher.ask('room:delete', { roomId: 'lobby' });
    assert.ok(!answer.ok && answer.error.code === 'bad-request');
  });

  it('is cut off by logging out', async () => {
    const cookie = await logIn();
    const watcher = await watch(cookie);
    const response = await request('DELETE', undefined, { cookie });
    assert.equal(response.status, 204);
    assert.match(response.headers.get('set-cookie') ?? '', /Expires=Thu, 01 Jan 1970/);
    assert.equal(await watcher.disconnected, 'io server disconnect');
    await assert.rejects(watch(cookie), /Please log in/);
  });

  it('leaves no password in the log', () => {
    assert.ok(!signaling.process.stdout.includes(operatorPassword));
  });
});
