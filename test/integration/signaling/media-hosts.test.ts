import assert from 'node:assert/strict';
import { once } from 'node:events';

import { WebSocket } from 'ws';

import { createHostToken, hostPassHeader } from '../../../deploy/host-secret.js';
import { hostNamespace } from '../../../signaling/protocol/host-events.js';
import { unwrap } from '../../../signaling/protocol/result.js';
import { eventually } from '../../tools/eventually.js';
import { makeTemporaryFolder, removeFolder } from '../../unit/signaling/temporary-folder.js';

import { HostPeer, refusal, transportOptions, unanswered } from './host-peer.js';
import { MemberPeer } from './member-peer.js';
import { hostSecret, startSignaling } from './signaling-process.js';
import type { StartedSignaling } from './signaling-process.js';
import { SocketPeer } from './socket-peer.js';

interface Offer {
  readonly viewerId: string;
}

describe('media hosts', () => {
  let folder: string;
  let signaling: StartedSignaling;
  let peers: SocketPeer[];

  before(async () => {
    folder = await makeTemporaryFolder();
    signaling = await startSignaling(folder);
  });
  after(async () => {
    await signaling.process.stop();
    await removeFolder(folder);
  });
  beforeEach(() => (peers = []));
  afterEach(async () => {
    for (const peer of peers) peer.close();
    // The next test finds the service as the first one did.
    const { peer } = await MemberPeer.join(signaling.url, 'Observer');
    await peer.room(({ members, desktop }) => members.length >= 1 && desktop.state === 'stopped');
    peer.close();
  });

  const runHost = async (hostId?: string): Promise<HostPeer> => {
    const host = await HostPeer.run(signaling.url, hostId);
    peers.push(host);
    return host;
  };
  const join = async (name: string) => {
    const joined = await MemberPeer.join(signaling.url, name);
    peers.push(joined.peer);
    return joined;
  };
  const running = (member: MemberPeer) => member.room(({ desktop }) => desktop.state === 'running');
  const openViewer = async (member: MemberPeer): Promise<string> =>
    (unwrap(await member.ask('viewer:open', {})) as Offer).viewerId;

  it('find a place though pages have taken all that their address gets', async () => {
    const address = `${signaling.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`;
    const crowd = Array.from({ length: 500 }, () => new WebSocket(address));
    try {
      await Promise.all(crowd.map((socket) => once(socket, 'open')));
      await assert.rejects(MemberPeer.connect(signaling.url));
      const forged = new SocketPeer(signaling.url + hostNamespace, {
        extraHeaders: { [hostPassHeader]: 'x'.repeat(43) },
      });
      await assert.rejects(forged.opened);
      await runHost();
    } finally {
      const closed = crowd.map((socket) => once(socket, 'close'));
      for (const socket of crowd) socket.terminate();
      await Promise.all(closed);
      await eventually('place for pages', () =>
        MemberPeer.connect(signaling.url).then(
          (page) => {
            page.close();
            return true;
          },
          () => false,
        ),
      );
    }
  });

  it('are heard however much they have to tell at a time', async () => {
    const host = await runHost();
    const { peer } = await join('Ada');
    for (let count = 0; count < 2000; count += 1) {
      host.status('lobby', { state: 'failed', detail: `Attempt ${count}.` });
    }
    await peer.room(({ desktop }) => desktop.detail === 'Attempt 1999.');
  });

  it('are refused, and the refusal logged, without the right secret', async () => {
    const other = await createHostToken('another-secret-of-the-suite-32-bytes', 'host-1');
    for (const token of ['', 'rubbish', other]) {
      await assert.rejects(HostPeer.connect(signaling.url, 'host-1', token), /refused/);
    }
    assert.match(signaling.process.stdout, /"msg":"media host refused"/);
    assert.ok(!signaling.process.stdout.includes(other));
  });

  it('are refused with a token that was used before', async () => {
    const token = await createHostToken(hostSecret, 'host-1');
    peers.push(await HostPeer.connect(signaling.url, 'host-1', token));
    await assert.rejects(
      HostPeer.connect(signaling.url, 'host-1', token),
      /the token was used before/,
    );
  });

  it('are given the rooms to run, and who has control', async () => {
    const host = await runHost();
    assert.deepEqual(host.asked('rooms:assign'), [
      {
        rooms: [
          {
            roomId: 'lobby',
            size: { width: 1280, height: 720 },
            framesPerSecond: 30,
            videoBitrateKbps: 6000,
            videoBitrateMinKbps: 1500,
          },
        ],
      },
    ]);
    assert.deepEqual(await host.next('control:update'), { roomId: 'lobby', controllerId: null });

    const ada = await join('Ada');
    unwrap(await ada.peer.ask('control:request', {}));
    const { memberId } = ada.welcome;
    await host.next('control:update', (update: { controllerId: string | null }) => {
      return update.controllerId === memberId;
    });
    host.forget();
    unwrap(await ada.peer.ask('leave', {}));
    assert.deepEqual(await host.next('control:update'), { roomId: 'lobby', controllerId: null });
  });

  it('say how a desktop is, and members see it', async () => {
    const host = await HostPeer.connect(signaling.url);
    peers.push(host);
    const ada = await join('Ada');
    await ada.peer.room(({ desktop }) => desktop.state === 'starting');
    host.status('lobby', { state: 'failed', detail: 'Xvnc is missing.' });
    const room = await ada.peer.room(({ desktop }) => desktop.state === 'failed');
    assert.equal(room.desktop.detail, 'Xvnc is missing.');
    host.status('attic', { state: 'running' });
    host.socket.emit('room:status', { roomId: 'lobby', desktop: { state: 'on fire' } });
    host.status('lobby', { state: 'running' });
    await running(ada.peer);
  });

  it('that go away take their viewers with them, and come back to their rooms', async () => {
    const host = await runHost();
    const ada = await join('Ada');
    await running(ada.peer);
    const viewerId = await openViewer(ada.peer);
    host.close();
    assert.deepEqual(await ada.peer.next('viewer:closed'), { viewerId, reason: 'host-gone' });
    const room = await ada.peer.room(({ desktop }) => desktop.state === 'stopped');
    assert.match(room.desktop.detail ?? '', /comes back by itself/);
    const refused = await ada.peer.ask('viewer:open', {});
    assert.ok(!refused.ok && refused.error.code === 'desktop-unavailable');

    ada.peer.forget();
    const again = await runHost();
    await running(ada.peer);
    assert.notEqual(await openViewer(ada.peer), viewerId);
    assert.equal(again.asked('viewer:open').length, 1);
  });

  it('replace their own earlier connection, and leave other hosts theirs', async () => {
    const first = await runHost('host-1');
    const other = await runHost('host-2');
    assert.deepEqual(other.asked('rooms:assign'), [{ rooms: [] }]);
    const second = await runHost('host-1');
    assert.equal(await first.disconnected, 'io server disconnect');
    assert.equal(second.asked<{ rooms: unknown[] }>('rooms:assign')[0]?.rooms.length, 1);
    assert.equal(other.socket.connected, true);
    // Host 2 goes first, so that host 1 is not waited for when it goes.
    other.close();
  });

  it('are asked what pages ask of their viewers, with the room added', async () => {
    const host = await runHost();
    const ada = await join('Ada');
    await running(ada.peer);
    const viewerId = await openViewer(ada.peer);
    assert.deepEqual(host.asked('viewer:open'), [
      {
        viewerId,
        roomId: 'lobby',
        memberId: ada.welcome.memberId,
        iceServers: [],
      },
    ]);
    const transportId = 'transport-0001';
    const remote = {
      role: 'auto',
      fingerprints: [{ algorithm: 'sha-256', value: Array(32).fill('AB').join(':') }],
      iceParameters: { usernameFragment: 'abcd', password: 'p'.repeat(22) },
      maxMessageSize: 262_144,
    };
    const sctpStreamParameters = { streamId: 1, ordered: true };
    const candidate = 'candidate:1 1 udp 2122260223 192.0.2.1 54321 typ host';
    const requests: readonly (readonly [string, object, unknown])[] = [
      ['viewer:start', { viewerId }, {}],
      ['transport:open', { viewerId }, transportOptions],
      ['transport:connect', { viewerId, transportId, remote }, {}],
      ['transport:candidate', { viewerId, transportId, candidate }, {}],
      [
        'data:produce',
        { viewerId, transportId, label: 'input', sctpStreamParameters },
        { dataProducerId: 'producer-0001' },
      ],
    ];
    for (const [event, request, answer] of requests) {
      assert.deepEqual(unwrap(await ada.peer.ask(event, request)), answer, event);
      assert.deepEqual(host.asked(event), [{ ...request, roomId: 'lobby' }], event);
    }

    const bob = await join('Bob');
    for (const [event, request] of [...requests, ['viewer:close', { viewerId }] as const]) {
      const refused = await bob.peer.ask(event, request);
      assert.ok(!refused.ok && refused.error.code === 'viewer-unknown', event);
    }
    host.socket.emit('transport:candidate', { roomId: 'lobby', viewerId, transportId, candidate });
    const received = await ada.peer.next('transport:candidate');
    assert.deepEqual(received, { viewerId, transportId, candidate });

    unwrap(await ada.peer.ask('viewer:close', { viewerId }));
    assert.deepEqual(await host.next('viewer:close'), { viewerId, roomId: 'lobby' });
  });

  it('are told to close the viewers of a page that is gone', async () => {
    const host = await runHost();
    const ada = await join('Ada');
    await running(ada.peer);
    const viewerId = await openViewer(ada.peer);
    ada.peer.close();
    assert.deepEqual(await host.next('viewer:close'), { viewerId, roomId: 'lobby' });
  });

  it('may close a viewer themselves, and the page is told why', async () => {
    const host = await runHost();
    const ada = await join('Ada');
    await running(ada.peer);
    const viewerId = await openViewer(ada.peer);
    const reason = 'fan-out-restarted';
    host.socket.emit('viewer:closed', { roomId: 'lobby', viewerId, reason });
    assert.deepEqual(await ada.peer.next('viewer:closed'), { viewerId, reason });
  });

  it('that refuse, answer nonsense or do not answer leave the asker with a reason', async () => {
    const host = await runHost();
    const ada = await join('Ada');
    await running(ada.peer);
    host.answers.set('viewer:open', refusal);
    assert.deepEqual(await ada.peer.ask('viewer:open', {}), {
      ok: false,
      error: { code: 'desktop-unavailable', message: 'The desktop is being restarted.' },
    });
    for (const nonsense of [undefined, 'ok', { ok: true }, { ok: true, value: { viewerId: 5 } }]) {
      host.answers.set('viewer:open', () => nonsense as never);
      const answer = await ada.peer.ask('viewer:open', {});
      assert.ok(!answer.ok && answer.error.code === 'desktop-unavailable');
    }
    host.answers.set('viewer:open', unanswered);
    const silent = await ada.peer.ask('viewer:open', {});
    assert.ok(!silent.ok && silent.error.code === 'desktop-unavailable');
  });
});
