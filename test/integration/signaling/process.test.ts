import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { loadHostSecret } from '../../../deploy/host-secret.js';
import { unwrap } from '../../../signaling/protocol/result.js';
import { makeTemporaryFolder, removeFolder } from '../../unit/signaling/temporary-folder.js';

import { HostPeer } from './host-peer.js';
import { MemberPeer } from './member-peer.js';
import { passcode, SignalingProcess, startSignaling } from './signaling-process.js';

describe('the signaling process', () => {
  let folder: string;
  let started: SignalingProcess[];

  beforeEach(async () => {
    folder = await makeTemporaryFolder();
    started = [];
  });
  afterEach(async () => {
    await Promise.all(started.map((process) => process.stop()));
    await removeFolder(folder);
  });

  const spawn = (
    settings: Readonly<Record<string, string>>,
    options?: { readonly withIpc?: boolean },
  ): SignalingProcess => {
    const process = SignalingProcess.spawn({ DATA_DIR: folder, ...settings }, options);
    started.push(process);
    return process;
  };
  const start = async (settings: Readonly<Record<string, string>> = {}) => {
    const signaling = await startSignaling(folder, settings);
    started.push(signaling.process);
    return signaling;
  };
  /** Waits for a process that cannot start, and returns what a person reads. */
  const failureOf = async (process: SignalingProcess, code: number): Promise<string> => {
    assert.deepEqual(await process.exited, { code, signal: null });
    assert.ok(!process.stderr.includes('    at '), process.stderr);
    return process.stderr;
  };

  it('ends with every wrong setting by its name', async () => {
    const wrong = spawn({
      PORT: 'http',
      ROOM: 'My Room',
      PROT: '1',
      DATA_DIR: join(folder, 'new'),
    });
    const message = await failureOf(wrong, 2);
    for (const name of ['PORT', 'ROOM', 'PROT']) {
      assert.match(message, new RegExp(`SHARE_SPACE_${name} `), message);
    }
    assert.deepEqual(await readdir(folder), []);
  });

  it('tells its parent where it serves, and that it lives', async () => {
    const { process, ready } = await start();
    assert.deepEqual(ready, {
      type: 'ready',
      url: `http://127.0.0.1:${ready.port}`,
      roomUrl: `http://127.0.0.1:${ready.port}/r/lobby`,
      signalingUrl: `http://127.0.0.1:${ready.port}`,
      port: ready.port,
      generated: {},
    });
    assert.ok(ready.port > 0);
    const [message] = (await once(process.child, 'message')) as unknown[];
    assert.deepEqual(message, { type: 'heartbeat' });
    assert.equal((await fetch(`${ready.url}/livez`)).status, 200);
  });

  it('tells the address it is given for the public', async () => {
    const { ready } = await start({ PUBLIC_URL: 'https://share.example.org', ROOM: 'attic' });
    assert.equal(ready.roomUrl, 'https://share.example.org/r/attic');
    assert.equal(ready.signalingUrl, `http://127.0.0.1:${ready.port}`);
  });

  it('makes up secrets at its first start, and tells them its parent once', async () => {
    const first = spawn({});
    const { generated, signalingUrl } = await first.ready();
    assert.match(generated.passcode ?? '', /^[a-z2-9]{4}(-[a-z2-9]{4}){2}$/);
    assert.match(generated.operatorPassword ?? '', /^[a-z2-9]{4}(-[a-z2-9]{4}){3}$/);
    const member = await MemberPeer.connect(signalingUrl);
    const request = { roomId: 'lobby', name: 'Ada', passcode: generated.passcode };
    unwrap(await member.ask('join', request));
    member.close();
    await first.stop();
    const kept = await Promise.all(
      ['rooms.json', 'operator.json'].map((name) => readFile(join(folder, name), 'utf8')),
    );
    for (const secret of Object.values(generated)) {
      assert.ok(!`${kept.join()}${first.stdout}${first.stderr}`.includes(secret as string));
    }
    const second = spawn({});
    assert.deepEqual((await second.ready()).generated, {});
  });

  it('prints the same for a person who starts it by hand', async () => {
    const byHand = spawn({}, { withIpc: false });
    while (!/Share Space is ready .*\n/.test(byHand.stdout)) {
      await once(byHand.child.stdout!, 'data');
    }
    assert.match(
      byHand.stdout,
      /^Passcode of the room: \S+\nOperator password \(.+\/operator\): \S+\nShare Space is ready at http:\/\/127\.0\.0\.1:\d+\/r\/lobby\n/m,
    );
    byHand.child.kill('SIGINT');
    assert.deepEqual(await byHand.exited, { code: 0, signal: null });
  });

  it('keeps rooms, tokens and secrets over a restart, even after it was killed', async () => {
    const before = await start();
    const { peer, welcome } = await MemberPeer.join(before.url, 'Ada');
    await before.process.kill();
    await peer.disconnected;

    const after = spawn({ HOST_SECRET: 'a-host-secret-of-the-test-suite-01' });
    const { signalingUrl, generated } = await after.ready();
    assert.deepEqual(generated, {});
    const again = await MemberPeer.connect(signalingUrl);
    const resumed = unwrap(await again.ask('resume', { token: welcome.token })) as {
      memberId: string;
    };
    assert.equal(resumed.memberId, welcome.memberId);
    const other = (await MemberPeer.join(signalingUrl, 'Bob')).peer;
    for (const member of [again, other]) member.close();
  });

  it('takes a new passcode from the settings, which voids the tokens made under the old one', async () => {
    const before = await start();
    const { peer, welcome } = await MemberPeer.join(before.url, 'Ada');
    peer.close();
    await before.process.stop();

    const { url } = await start({ ROOM_PASSCODE: 'another' });
    const member = await MemberPeer.connect(url);
    const resumed = await member.ask('resume', { token: welcome.token });
    assert.ok(!resumed.ok && resumed.error.code === 'token-refused');
    const old = await member.ask('join', { roomId: 'lobby', name: 'Ada', passcode });
    assert.ok(!old.ok && old.error.code === 'join-refused');
    unwrap(await member.ask('join', { roomId: 'lobby', name: 'Ada', passcode: 'another' }));
    member.close();
  });

  it('shares a host secret with a media host of the same data folder', async () => {
    const [process, secret] = await Promise.all([
      spawn({}).ready(),
      loadHostSecret({ dataDir: folder, hostSecret: null }),
    ]);
    assert.equal(await loadHostSecret({ dataDir: folder, hostSecret: null }), secret);
    assert.equal((await stat(join(folder, 'host-secret'))).mode & 0o777, 0o600);
    const { createHostToken } = await import('../../../deploy/host-secret.js');
    const token = await createHostToken(secret, 'host-1');
    (await HostPeer.connect(process.signalingUrl, 'host-1', token)).close();
  });

  it('says when its port is in use', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const message = await failureOf(spawn({ PORT: String(port) }), 1);
    assert.equal(message, `port ${port} is in use by another program; set SHARE_SPACE_PORT\n`);
    server.close();
    // The data folder is free again, and no secret was made up that nobody was told.
    const { generated } = await spawn({}).ready();
    assert.deepEqual(Object.keys(generated).sort(), ['operatorPassword', 'passcode']);
  });

  it('says when its data folder is in use, and leaves the other alone', async () => {
    const { url } = await start();
    const message = await failureOf(spawn({}), 1);
    assert.match(message, /^Another Share Space already uses this data folder: /);
    assert.equal((await fetch(`${url}/livez`)).status, 200);
  });

  for (const name of ['rooms.json', 'operator.json', 'member-key.json', 'host-secret']) {
    it(`does not start with a torn ${name}, and leaves all as it was`, async () => {
      const first = spawn({});
      await first.ready();
      await first.stop();
      const path = join(folder, name);
      await writeFile(path, (await readFile(path, 'utf8')).slice(0, 20));
      const readAll = async (): Promise<[string, string][]> =>
        Promise.all(
          (await readdir(folder))
            .sort()
            .map(async (file) => [file, await readFile(join(folder, file), 'utf8')]),
        );
      const before = await readAll();
      const message = await failureOf(spawn({ OPERATOR_PASSWORD: 'x', ROOM_PASSCODE: 'x' }), 1);
      assert.ok(message.includes(path), message);
      assert.ok(message.includes('left as it is'), message);
      assert.deepEqual(await readAll(), before);
    });
  }

  it('says so when the disk is full, and what was kept stays', async function () {
    const small = join(folder, 'small');
    await mkdir(small);
    const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', small]);
    if (mount.status !== 0) {
      console.log('      skipped: a small file system cannot be mounted here');
      this.skip();
    }
    try {
      const first = spawn({ DATA_DIR: small });
      await first.ready();
      await first.stop();
      const before = await readFile(join(small, 'rooms.json'), 'utf8');
      const filler = join(small, 'filler');
      await assert.rejects(writeFile(filler, Buffer.alloc(128 * 1024)), { code: 'ENOSPC' });
      const message = await failureOf(spawn({ DATA_DIR: small, ROOM_PASSCODE: 'new' }), 1);
      assert.match(message, /^The disk is full: .+rooms\.json could not be written/);
      assert.equal(await readFile(join(small, 'rooms.json'), 'utf8'), before);
      assert.ok((await readdir(small)).every((name) => !name.endsWith('.tmp')));
      await removeFolder(filler);
      await spawn({ DATA_DIR: small }).ready();
    } finally {
      await Promise.all(started.map((process) => process.stop()));
      spawnSync('umount', [small]);
    }
  });

  it('stops when it is asked to: sockets end, port and folder are free', async () => {
    const first = await start();
    const { peer } = await MemberPeer.join(first.url, 'Ada');
    assert.deepEqual(await first.process.stop(), { code: 0, signal: null });
    await peer.disconnected;
    assert.ok(!(await readdir(folder)).includes('lock.sock'));
    await start({ PORT: String(first.ready.port) });
  });

  it('stops soon though somebody sends a request without end, and somebody else no goodbye', async () => {
    const { process, ready } = await start();
    const sent = [
      'POST /api/operator/session HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n',
      'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n' +
        'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
        'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    ];
    const sockets = sent.map((text) => {
      const socket = createConnection({ port: ready.port, host: '127.0.0.1', allowHalfOpen: true });
      socket.on('error', () => undefined).write(text);
      return socket;
    });
    await once(sockets[1]!, 'data');
    assert.deepEqual(await process.stop(), { code: 0, signal: null });
    for (const socket of sockets) socket.destroy();
  });

  it('ends when its parent is gone', async () => {
    const { process } = await start();
    process.child.disconnect();
    assert.deepEqual(await process.exited, { code: 0, signal: null });
  });
});
