import assert from 'node:assert/strict';

import { unwrap } from '../../../signaling/protocol/result.js';
import type { Result } from '../../../signaling/protocol/result.js';
import { makeTemporaryFolder, removeFolder } from '../../unit/signaling/temporary-folder.js';

import { MemberPeer } from './member-peer.js';
import { passcode, startSignaling } from './signaling-process.js';
import type { StartedSignaling } from './signaling-process.js';

const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.error.code);

describe('joining a room', () => {
  let folder: string;
  let signaling: StartedSignaling;
  let peers: MemberPeer[];

  before(async () => {
    folder = await makeTemporaryFolder();
    signaling = await startSignaling(folder, {
      MEMBER_GRACE_SECONDS: '1',
      CONTROL_GRACE_SECONDS: '1',
    });
  });
  after(async () => {
    await signaling.process.stop();
    await removeFolder(folder);
  });
  beforeEach(() => (peers = []));
  afterEach(() => {
    for (const peer of peers) peer.close();
  });

  const connect = async (): Promise<MemberPeer> => {
    const peer = await MemberPeer.connect(signaling.url);
    peers.push(peer);
    return peer;
  };
  const join = async (name: string) => {
    const joined = await MemberPeer.join(signaling.url, name);
    peers.push(joined.peer);
    return joined;
  };

  it('makes a member, whom everybody in the room sees', async () => {
    const ada = await join('Ada');
    assert.match(ada.welcome.memberId, /^[A-Za-z0-9_-]{8,64}$/);
    assert.deepEqual(ada.welcome.room, {
      roomId: 'lobby',
      members: [{ memberId: ada.welcome.memberId, name: 'Ada', connected: true }],
      controllerId: null,
      desktop: ada.welcome.room.desktop,
    });
    assert.equal(ada.welcome.room.desktop.state, 'stopped');
    assert.match(ada.welcome.room.desktop.detail ?? '', /media host/);

    const bob = await join('  Bob ');
    const { members } = await ada.peer.room((room) => room.members.length === 2);
    assert.deepEqual(members[1], {
      memberId: bob.welcome.memberId,
      name: 'Bob',
      connected: true,
    });
    unwrap(await bob.peer.ask('leave', {}));
    unwrap(await ada.peer.ask('leave', {}));
  });

  it('answers a wrong passcode and an unknown room alike', async () => {
    const peer = await connect();
    const wrong = await peer.ask('join', { roomId: 'lobby', name: 'Eve', passcode: 'wrong' });
    const unknown = await peer.ask('join', { roomId: 'attic', name: 'Eve', passcode });
    assert.deepEqual(wrong, unknown);
    assert.deepEqual(wrong, {
      ok: false,
      error: { code: 'join-refused', message: 'The room or the passcode is not right.' },
    });
  });

  it('can be tried again after a refusal, but not while in a room', async () => {
    const peer = await connect();
    const request = { roomId: 'lobby', name: 'Ada', passcode };
    assert.equal(codeOf(await peer.ask('join', { ...request, passcode: 'wrong' })), 'join-refused');
    assert.equal(codeOf(await peer.ask('join', request)), 'ok');
    assert.equal(codeOf(await peer.ask('join', request)), 'bad-request');
    assert.equal(codeOf(await peer.ask('leave', {})), 'ok');
    assert.equal(codeOf(await peer.ask('join', request)), 'ok');
    await peer.ask('leave', {});
  });

  it('happens once when it is asked for twice at the same time', async () => {
    const peer = await connect();
    const request = { roomId: 'lobby', name: 'Ada', passcode };
    const answers = await Promise.all([peer.ask('join', request), peer.ask('join', request)]);
    assert.deepEqual(answers.map(codeOf).sort(), ['bad-request', 'ok']);
    await peer.ask('leave', {});
  });

  it('is needed for everything else', async () => {
    const peer = await connect();
    for (const event of ['leave', 'viewer:open', 'control:request', 'control:release']) {
      assert.equal(codeOf(await peer.ask(event, {})), 'not-in-room', event);
    }
  });

  it('says in words what is wrong with a name', async () => {
    const peer = await connect();
    const answer = await peer.ask('join', { roomId: 'lobby', name: '   ', passcode });
    assert.deepEqual(answer, {
      ok: false,
      error: { code: 'bad-request', message: 'Please give a name.' },
    });
  });

  it('is remembered: who drops and resumes is the same member, with control', async () => {
    const ada = await join('Ada');
    const bob = await join('Bob');
    unwrap(await ada.peer.ask('control:request', {}));
    await bob.peer.room(({ controllerId }) => controllerId === ada.welcome.memberId);
    ada.peer.close();
    const dropped = await bob.peer.room((room) => room.members.some(({ connected }) => !connected));
    assert.equal(dropped.controllerId, ada.welcome.memberId);

    const again = await connect();
    const welcome = unwrap(await again.ask('resume', { token: ada.welcome.token })) as {
      memberId: string;
      room: { controllerId: string; members: unknown[] };
    };
    assert.equal(welcome.memberId, ada.welcome.memberId);
    assert.equal(welcome.room.controllerId, ada.welcome.memberId);
    assert.deepEqual(welcome.room.members[0], {
      memberId: ada.welcome.memberId,
      name: 'Ada',
      connected: true,
    });
    await again.ask('leave', {});
    await bob.peer.ask('leave', {});
  });

  it('is over on the list, and control free, when the dropped member stays away', async () => {
    const ada = await join('Ada');
    const bob = await join('Bob');
    unwrap(await ada.peer.ask('control:request', {}));
    ada.peer.close();
    const room = await bob.peer.room(({ members, controllerId }) => {
      return members.length === 1 && controllerId === null;
    });
    assert.equal(room.members[0]?.name, 'Bob');

    const late = await connect();
    assert.equal(codeOf(await late.ask('resume', { token: ada.welcome.token })), 'ok');
    await late.ask('leave', {});
    await bob.peer.ask('leave', {});
  });

  it('elsewhere ends the first connection', async () => {
    const ada = await join('Ada');
    const second = await connect();
    assert.equal(codeOf(await second.ask('resume', { token: ada.welcome.token })), 'ok');
    assert.deepEqual(await ada.peer.next('member:removed'), { reason: 'joined-elsewhere' });
    assert.equal(await ada.peer.disconnected, 'io server disconnect');
    const room = await second.room(({ members }) => members.length === 1);
    assert.equal(room.members[0]?.connected, true);
    await second.ask('leave', {});
  });

  it('ends with leaving: the token no longer counts', async () => {
    const ada = await join('Ada');
    unwrap(await ada.peer.ask('leave', {}));
    assert.equal(
      codeOf(await ada.peer.ask('resume', { token: ada.welcome.token })),
      'token-refused',
    );
  });

  it('cannot be forged', async () => {
    const ada = await join('Ada');
    const [head = '', body = '', signature = ''] = ada.welcome.token.split('.');
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as object;
    const forged = Buffer.from(JSON.stringify({ ...claims, name: 'Eve' })).toString('base64url');
    const eve = await connect();
    for (const token of [[head, forged, signature].join('.'), `${head}.${body}.`, 'x'.repeat(40)]) {
      assert.equal(codeOf(await eve.ask('resume', { token })), 'token-refused');
    }
    await ada.peer.ask('leave', {});
  });

  it('hands control from one member to the next', async () => {
    const ada = await join('Ada');
    const bob = await join('Bob');
    unwrap(await ada.peer.ask('control:request', {}));
    const refused = await bob.peer.ask('control:request', {});
    assert.deepEqual(refused, {
      ok: false,
      error: { code: 'control-taken', message: 'Ada has control.' },
    });
    assert.equal(codeOf(await bob.peer.ask('control:release', {})), 'control-not-held');
    unwrap(await ada.peer.ask('control:release', {}));
    unwrap(await bob.peer.ask('control:request', {}));
    await ada.peer.room(({ controllerId }) => controllerId === bob.welcome.memberId);
    await ada.peer.ask('leave', {});
    await bob.peer.ask('leave', {});
  });
});

describe('guessing a passcode', () => {
  let folder: string;
  let signaling: StartedSignaling;

  before(async () => {
    folder = await makeTemporaryFolder();
    signaling = await startSignaling(folder, { TRUST_PROXY: '1' });
  });
  after(async () => {
    await signaling.process.stop();
    await removeFolder(folder);
  });

  const connectFrom = (address: string): Promise<MemberPeer> =>
    MemberPeer.connect(signaling.url, { extraHeaders: { 'x-forwarded-for': address } });

  it('ends after ten tries, also of many sockets at once, while others join and members resume', async () => {
    const member = await connectFrom('192.0.2.1');
    const request = { roomId: 'lobby', name: 'Ada', passcode };
    const { token } = unwrap(await member.ask('join', request)) as { token: string };

    const guessers = await Promise.all(
      Array.from({ length: 5 }, () => connectFrom('198.51.100.7')),
    );
    const guess = async (peer: MemberPeer): Promise<string[]> => {
      const codes: string[] = [];
      for (let count = 0; count < 20; count += 1) {
        codes.push(codeOf(await peer.ask('join', { ...request, passcode: `guess ${count}` })));
      }
      return codes;
    };
    const codes = (await Promise.all(guessers.map(guess))).flat();
    const refused = codes.filter((code) => code === 'join-refused').length;
    assert.ok(refused >= 10 && refused <= 11, `${refused} guesses were checked`);
    assert.equal(codes.filter((code) => code === 'rate-limited').length, 100 - refused);
    const right = await guessers[0]!.ask('join', request);
    assert.ok(!right.ok && right.error.code === 'rate-limited');
    assert.match(right.error.message, /try again in \d+ s/);

    const other = await connectFrom('192.0.2.2');
    unwrap(await other.ask('join', request));
    const again = await connectFrom('198.51.100.7');
    unwrap(await again.ask('resume', { token }));
    for (const peer of [member, other, again, ...guessers]) peer.close();
  });

  it('from many addresses ends too, for that room, and members still resume', async () => {
    const member = await connectFrom('192.0.2.1');
    const request = { roomId: 'lobby', name: 'Ada', passcode };
    const { token } = unwrap(await member.ask('join', request)) as { token: string };
    let code = '';
    for (let subnet = 1; subnet <= 20 && code !== 'rate-limited'; subnet += 1) {
      const guesser = await connectFrom(`203.0.113.${subnet}`);
      for (let count = 0; count < 9 && code !== 'rate-limited'; count += 1) {
        code = codeOf(await guesser.ask('join', { ...request, passcode: 'guess' }));
      }
      guesser.close();
    }
    assert.equal(code, 'rate-limited');
    const again = await connectFrom('192.0.2.9');
    unwrap(await again.ask('resume', { token }));
    for (const peer of [member, again]) peer.close();
  });
});
