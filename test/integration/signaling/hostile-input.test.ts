import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';

import { WebSocket } from 'ws';

import { unwrap } from '../../../signaling/protocol/result.js';
import { makeTemporaryFolder, removeFolder } from '../../unit/signaling/temporary-folder.js';

import { MemberPeer } from './member-peer.js';
import { passcode, startSignaling } from './signaling-process.js';
import type { StartedSignaling } from './signaling-process.js';

describe('hostile input', () => {
  let folder: string;
  let signaling: StartedSignaling;
  let witness: MemberPeer;

  before(async () => {
    folder = await makeTemporaryFolder();
    signaling = await startSignaling(folder, { ALLOWED_ORIGINS: 'https://friend.example' });
    witness = (await MemberPeer.join(signaling.url, 'Witness')).peer;
  });
  after(async () => {
    witness.close();
    await signaling.process.stop();
    await removeFolder(folder);
  });
  // Whatever a test did, the process still serves, and nobody else noticed.
  afterEach(async () => {
    assert.equal(witness.socket.connected, true);
    const { peer } = await MemberPeer.join(signaling.url, 'Ada');
    unwrap(await peer.ask('leave', {}));
    peer.close();
  });

  const malformed: readonly (readonly [string, readonly unknown[]])[] = [
    ['join', []],
    ['join', [null]],
    ['join', ['lobby']],
    ['join', [{ roomId: 'lobby', name: 'Eve' }]],
    ['join', [{ roomId: ['lobby'], name: { first: 'Eve' }, passcode: 1 }]],
    ['join', [{ roomId: '../lobby', name: 'Eve', passcode: 'x' }]],
    ['join', [{ roomId: 'lobby', name: 'Eve\u202e', passcode: 'x' }]],
    ['join', [{ roomId: 'lobby', name: 'Eve', passcode: 'x'.repeat(129) }]],
    ['join', [JSON.parse('{"__proto__": {"roomId": "lobby", "name": "Eve", "passcode": "x"}}')]],
    ['resume', [{ token: 5 }]],
    ['resume', [{ token: 'x'.repeat(3000) }]],
    ['viewer:start', [{ viewerId: 'short' }]],
    ['viewer:start', [{ viewerId: '../../../etc/passwd' }]],
    ['transport:connect', [{ viewerId: 'viewer-0001', transportId: 'transport-1', remote: {} }]],
    [
      'transport:candidate',
      [{ viewerId: 'viewer-0001', transportId: 'transport-1', candidate: 'x'.repeat(500) }],
    ],
    ['leave', ['now']],
  ];
  for (const [event, args] of malformed) {
    it(`is answered to its sender alone: ${event} ${JSON.stringify(args).slice(0, 60)}`, async () => {
      const peer = await MemberPeer.connect(signaling.url);
      witness.forget();
      const answer = await peer.ask(event, ...args);
      assert.ok(!answer.ok);
      assert.equal(answer.error.code, 'bad-request');
      assert.ok(answer.error.message.length > 0 && answer.error.message.length <= 300);
      assert.deepEqual(witness.received, []);
      peer.close();
    });
  }

  it('without a callback, or with something else in its place, is no harm', async () => {
    const peer = await MemberPeer.connect(signaling.url);
    peer.socket.emit('join');
    peer.socket.emit('join', { roomId: 'lobby', name: 'Eve', passcode: 'x' }, 'callback');
    peer.socket.emit('viewer:open', {}, {});
    const answer = await peer.ask('viewer:open', {});
    assert.ok(!answer.ok);
    peer.close();
  });

  it('of unknown events is refused', async () => {
    const peer = await MemberPeer.connect(signaling.url);
    for (const event of ['nonsense', 'constructor', '__proto__', 'error', 'viewer:closed']) {
      const answer = await Promise.race([peer.ask(event, {}), peer.disconnected]);
      assert.ok(typeof answer === 'object' && !answer.ok, event);
      assert.equal(answer.error.code, 'bad-request');
    }
    peer.socket.emit('error', 'without a callback');
    peer.socket.emit('nonsense');
    assert.equal((await peer.ask('leave', {})).ok, false);
    peer.close();
  });

  it('of great size ends its connection', async () => {
    const peer = await MemberPeer.connect(signaling.url);
    peer.socket.emit('join', { roomId: 'lobby', name: 'Eve', passcode: 'x'.repeat(70_000) });
    await peer.disconnected;
  });

  it('of great size is refused over HTTP too', async () => {
    const login = await fetch(`${signaling.url}/api/operator/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ password: 'x'.repeat(100_000) }),
    });
    assert.equal(login.status, 413);
    const poll = await fetch(`${signaling.url}/socket.io/?EIO=4&transport=polling`);
    const { sid } = JSON.parse((await poll.text()).slice(1)) as { sid: string };
    const post = await fetch(`${signaling.url}/socket.io/?EIO=4&transport=polling&sid=${sid}`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: 'x'.repeat(100_000),
    });
    assert.ok(post.status >= 400);
  });

  const openRaw = async (): Promise<WebSocket> => {
    const address = signaling.url.replace('http', 'ws');
    const socket = new WebSocket(`${address}/socket.io/?EIO=4&transport=websocket`);
    await once(socket, 'open');
    return socket;
  };

  it('with thousands of attachments ends its connection', async () => {
    const socket = await openRaw();
    socket.send('40/member,');
    socket.send('4510000-/member,["join",{"_placeholder":true,"num":0}]');
    await once(socket, 'close');
  });

  it('that is no packet ends its connection', async () => {
    const rubbishes = [
      '\u0000',
      '9',
      '4',
      '4{',
      '42',
      '42/member,[',
      '43/member,99[]',
      '42["join"]',
    ];
    for (const rubbish of [...rubbishes, Buffer.from([1, 2, 3])]) {
      const socket = await openRaw();
      const closed = once(socket, 'close');
      socket.send('40/member,');
      socket.send(rubbish);
      // What Engine.IO takes for noise does not end the connection; asking it to end does.
      socket.send('1');
      await closed;
    }
  });

  it('of a namespace that does not exist is refused', async () => {
    const peer = new MemberPeer(`${signaling.url}/admin`);
    await assert.rejects(peer.opened, /Invalid namespace/);
  });

  it('in a flood is answered up to a bound, and then ends its connection', async () => {
    const peer = await MemberPeer.connect(signaling.url);
    const answers = await Promise.all(
      Array.from({ length: 320 }, (_, count) => peer.ask('nonsense', count)),
    );
    const codes = answers.map((answer) => (answer.ok ? 'ok' : answer.error.code));
    assert.equal(codes.filter((code) => code === 'bad-request').length, 300);
    assert.equal(codes.filter((code) => code === 'rate-limited').length, 20);
    for (let count = 0; count < 2000; count += 1) peer.socket.emit('leave', {});
    assert.equal(await peer.disconnected, 'io server disconnect');
  });

  it('of a page of a foreign origin gets no connection', async () => {
    for (const transports of [['websocket'], ['polling']]) {
      const foreign = MemberPeer.connect(signaling.url, {
        transports,
        extraHeaders: { origin: 'https://evil.example' },
      });
      await assert.rejects(foreign);
    }
    for (const origin of ['https://friend.example', signaling.url]) {
      const peer = await MemberPeer.connect(signaling.url, { extraHeaders: { origin } });
      peer.close();
    }
    const answer = await fetch(`${signaling.url}/socket.io/?EIO=4&transport=polling`, {
      headers: { origin: 'https://evil.example' },
    });
    assert.equal(answer.status, 403);
    assert.equal(answer.headers.get('access-control-allow-origin'), null);
  });

  it('that never ends its headers is cut off', async () => {
    const socket = connectTcp(signaling.ready.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.on('error', () => undefined);
    socket.resume();
    socket.write('GET / HTTP/1.1\r\nhost: a\r\nx: ');
    await once(socket, 'close');
  }).timeout(60_000);

  it('never shows a passcode in the log', () => {
    assert.ok(!signaling.process.stdout.includes(passcode));
    assert.ok(!signaling.process.stderr.includes(passcode));
  });
});
