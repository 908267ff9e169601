import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { after, afterEach, before, beforeEach, it } from 'mocha';
import { pino } from 'pino';
import type { Logger } from 'pino';

import { ServiceError } from '../../deploy/service-error.js';
import { loadSettings } from '../../deploy/settings.js';
import { BuiltInTurn } from '../../deploy/turn/built-in-turn.js';
import { stunAnswer } from '../../deploy/turn/stun-probe.js';
import { turnAddresses } from '../../deploy/turn/turn-addresses.js';
import { turnCredentials } from '../../signaling/ice/turn-credentials.js';
import { processTree, type ProcessEntry } from '../tools/processes.js';
import { describeWith } from '../tools/requirements.js';
import { requestedFamily, requestedTransport, TurnClient } from '../tools/turn-client.js';

const minuteMs = 60_000;

/** Log lines above `debug`, which `npm start` would show. */
function recordedLog(): { logger: Logger; lines: string[] } {
  const lines: string[] = [];
  const logger = pino({ level: 'info' }, { write: (line) => void lines.push(line) });
  return { logger, lines };
}

describeWith(['turnserver', 'setpriv'], 'the built-in TURN server', () => {
  let dataDir: string;
  let turn: BuiltInTurn;
  let secret: string;
  let ownAddress: string;
  let clients: TurnClient[];
  const { logger, lines } = recordedLog();

  const settingsWith = (environment: Record<string, string> = {}) =>
    loadSettings({
      SHARE_SPACE_DATA_DIR: dataDir,
      SHARE_SPACE_TURN_SERVER: 'on',
      SHARE_SPACE_TURN_PORT: '0',
      ...environment,
    });
  const clientOf = async (name: string, lifetimeMs = minuteMs, key = secret) => {
    const user = turnCredentials(key, name, Date.now() + lifetimeMs);
    const client = await TurnClient.open({ address: ownAddress, port: turn.port }, user);
    clients.push(client);
    return client;
  };
  const untilItAnswers = (port = turn.port): Promise<void> =>
    stunAnswer(ownAddress, port, AbortSignal.timeout(5000));
  const ownProcess = (): ProcessEntry | undefined =>
    processTree(process.pid).find(({ commandLine }) => commandLine.includes('turnserver'));

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'share-space-turn-'));
    ownAddress = (await turnAddresses(null, undefined)).relay;
    turn = (await BuiltInTurn.prepare(settingsWith(), logger))!;
    await turn.start();
    await untilItAnswers();
    secret = (await readFile(join(dataDir, 'turn-secret'), 'utf8')).trim();
  });
  beforeEach(() => (clients = []));
  afterEach(async () => {
    // Frees what the quotas count.
    await Promise.all(clients.map((client) => client.release()));
  });
  after(async () => {
    await turn.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('relays between a member and a media host, and back', async () => {
    const host = createSocket('udp4');
    host.bind(0, ownAddress);
    await once(host, 'listening');
    host.on('message', (data, from) => host.send(data, from.port, from.address));
    const client = await clientOf('ada');
    assert.equal((await client.allocate()).errorCode, 0);
    assert.equal((await client.bindChannel(ownAddress, host.address().port)).errorCode, 0);
    assert.equal(
      (await client.echo(Buffer.from('to the host and back'))).toString(),
      'to the host and back',
    );
    host.close();
  });

  for (const address of [
    '127.0.0.1',
    '127.0.0.53',
    '0.0.0.0',
    '10.99.88.77',
    '169.254.169.254',
    '192.168.99.88',
    '224.0.0.1',
    '255.255.255.255',
    '8.8.8.8',
    '::',
    '::1',
    '::ffff:10.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:169.254.169.254',
    'fc00::1',
    'fe80::1',
    '2001:db8::1',
  ]) {
    it(`refuses ${address} as a peer`, async () => {
      const client = await clientOf('mallory');
      assert.equal((await client.allocate()).errorCode, 0);
      // 403 Forbidden; 443 Peer Address Family Mismatch (RFC 8656, section 19).
      const expected = address.includes(':') ? 443 : 403;
      assert.equal((await client.permit(address)).errorCode, expected);
      assert.notEqual((await client.bindChannel(address, 53)).errorCode, 0);
    });
  }

  it('refuses TCP to peers, and IPv6', async () => {
    const client = await clientOf('mallory');
    const tcp = await client.request('allocate', requestedTransport(6));
    assert.equal(tcp.errorCode, 442, 'Unsupported Transport Protocol');
    assert.equal((await client.allocate(requestedFamily(2))).errorCode, 440);
    assert.equal((await client.allocate()).errorCode, 0);
    assert.equal((await client.connectTcp(ownAddress, 22)).errorCode, 403);
  });

  it('refuses credentials that are expired, forged, or missing', async () => {
    assert.equal((await (await clientOf('ada', -1000)).allocate()).errorCode, 401);
    assert.equal((await (await clientOf('ada', minuteMs, 'guess')).allocate()).errorCode, 401);
    assert.equal(
      (await (await clientOf('ada')).ask('allocate', requestedTransport(17))).errorCode,
      401,
    );
  });

  it('lets an allocation live on when its credentials expire', async () => {
    const client = await clientOf('ada', 1500);
    assert.equal((await client.allocate()).errorCode, 0);
    await delay(3000);
    assert.equal((await (await clientOf('ada', -1500)).allocate()).errorCode, 401);
    assert.equal((await client.request('refresh')).errorCode, 0);
    assert.equal((await client.permit(ownAddress)).errorCode, 0);
  });

  it('grants one user 32 allocations, whatever credentials it has, and others theirs', async () => {
    const codes: number[] = [];
    for (let made = 0; made < 100; made += 1) {
      const client = await clientOf('eve', minuteMs + made * 1000);
      codes.push((await client.allocate()).errorCode);
    }
    assert.equal(codes.filter((code) => code === 0).length, 32);
    assert.equal(codes.filter((code) => code === 486).length, 68, 'Allocation Quota Reached');
    assert.equal((await (await clientOf('ada')).allocate()).errorCode, 0);
  });

  it('says nothing of its version', async () => {
    const { attributes } = await (await clientOf('ada')).ask('binding');
    assert.equal(attributes.has(0x8022), false, 'SOFTWARE');
  });

  it('writes nothing about a flood of requests that it refuses', async () => {
    const before = lines.length;
    const client = await clientOf('ada');
    const forger = await clientOf('ada', minuteMs, 'guess');
    for (let round = 0; round < 20; round += 1) {
      client.flood(200);
      assert.equal((await forger.allocate()).errorCode, 401);
    }
    await untilItAnswers();
    assert.deepEqual(lines.slice(before), []);
  });

  it('keeps its secret in files of its own, and runs without rights', function () {
    const configuration = join(dataDir, 'turn', 'turnserver.conf');
    const { pid, commandLine } = ownProcess()!;
    assert.equal(statSync(configuration).mode & 0o777, 0o600);
    assert.equal(statSync(join(dataDir, 'turn-secret')).mode & 0o777, 0o600);
    assert.ok(readFileSync(configuration, 'utf8').includes(secret));
    assert.ok(!commandLine.includes(secret));
    assert.ok(!lines.join('').includes(secret));
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    assert.match(status, /^NoNewPrivs:\t1$/m);
    assert.match(status, /^CapEff:\t0+$/m);
    if (process.getuid?.() !== 0) return;
    assert.ok(!readFileSync(`/proc/${pid}/environ`, 'utf8').includes(secret));
    assert.match(status, /^Uid:\t60998\t60998\t60998\t60998$/m);
    assert.match(status, /^Groups:\t\s*$/m);
  });

  it('is back within two seconds when it is killed', async () => {
    const first = ownProcess()!;
    process.kill(first.pid, 'SIGKILL');
    const killedAtMs = performance.now();
    while (ownProcess()?.startTicks === first.startTicks) await delay(5);
    await untilItAnswers();
    const tookMs = performance.now() - killedAtMs;
    assert.ok(tookMs < 2000, `it took ${tookMs} ms`);
    assert.equal((await (await clientOf('ada')).allocate()).errorCode, 0);
  });

  it('is left out with a warning when its port is taken, and insisted on when the settings say so', async () => {
    const taken = String(turn.port);
    const auto = settingsWith({
      SHARE_SPACE_TURN_SERVER: 'auto',
      SHARE_SPACE_TURN_PORT: taken,
    });
    const other = recordedLog();
    assert.equal(await BuiltInTurn.prepare(auto, other.logger), null);
    assert.match(
      other.lines.join(''),
      new RegExp(`UDP port ${taken} is in use by another program`),
    );
    const on = settingsWith({ SHARE_SPACE_TURN_PORT: taken });
    await assert.rejects(BuiltInTurn.prepare(on, other.logger), ServiceError);
  });

  it('is left out when it is switched off, or another one is configured', async () => {
    const off = settingsWith({ SHARE_SPACE_TURN_SERVER: 'off' });
    const own = settingsWith({
      SHARE_SPACE_TURN_SERVER: 'auto',
      SHARE_SPACE_TURN_URLS: 'turn:turn.example.org',
      SHARE_SPACE_TURN_SECRET: 'north',
    });
    const other = recordedLog();
    assert.equal(await BuiltInTurn.prepare(off, other.logger), null);
    assert.equal(await BuiltInTurn.prepare(own, other.logger), null);
    assert.deepEqual(other.lines, []);
  });
});
