import assert from 'node:assert/strict';

import { afterEach, beforeEach, describe, it } from 'mocha';

import { reportOf } from '../../../client/src/check/check-report.js';
import { checkNames, nothingKnown } from '../../../client/src/check/check-result.js';
import type { CheckName, CheckResults } from '../../../client/src/check/check-result.js';
import { ConnectionCheck } from '../../../client/src/check/connection-check.js';
import type { CheckParts } from '../../../client/src/check/connection-check.js';
import type { EchoOptions } from '../../../client/src/check/echo.js';
import { verdictOf } from '../../../client/src/check/verdict.js';
import type { TransportMaker } from '../../../client/src/transport/media-device.js';
import { RemoteCandidates } from '../../../client/src/transport/remote-candidates.js';
import type { CheckOffer } from '../../../signaling/protocol/check.js';
import { fail, ok } from '../../../signaling/protocol/result.js';
import type { Result } from '../../../signaling/protocol/result.js';
import type { IceServer } from '../../../signaling/protocol/transport.js';

const limitMs = 40;
const stun: IceServer = { urls: ['stun:stun.example:3478'] };
const turn: IceServer = {
  urls: ['turn:turn.example:3478?transport=udp'],
  username: '1790000000:guest',
  credential: 'not-to-be-told',
};
const direct = { roundTripMs: 12, path: { local: 'host', remote: 'host' } } as const;

const never = <T>(): Promise<T> => new Promise(() => undefined);

/** A browser and a network in which everything works, until a test breaks something. */
class FakeWorld {
  iceServers: IceServer[] = [stun, turn];
  icePolicy: CheckOffer['icePolicy'] = 'all';
  opened: Result<null> = ok(null);
  connected: Promise<void> = Promise.resolve();
  page: Promise<Pick<Response, 'ok'>> = Promise.resolve({ ok: true });
  device: TransportMaker | null = { createTransport: () => assert.fail('the echo is faked') };
  echo: CheckParts['echo'] = () => Promise.resolve(direct);
  gather: CheckParts['gather'] = () =>
    Promise.resolve({ reflexive: true, errors: 0, milliseconds: 5 });
  mediaSocketOpens = true;
  playsType: ((type: string) => boolean) | null = () => true;
  hasFrameCallback = true;
  soundPlayers = { webAudio: true, element: true };
  isSecure = true;
  closed = 0;
  readonly echoes: EchoOptions[] = [];

  parts(): CheckParts {
    const { playsType } = this;
    return {
      fetchUrl: () => this.page as Promise<Response>,
      connect: () => ({
        connected: this.connected,
        request: ((name: string) => Promise.resolve(this.#answer(name))) as never,
        remoteCandidates: new RemoteCandidates(),
        close: () => (this.closed += 1),
      }),
      openSocket: () => ({
        addEventListener: (event: string, listener: unknown) => {
          if (event === (this.mediaSocketOpens ? 'open' : 'error')) {
            queueMicrotask(() => (listener as () => void)());
          }
        },
        close: () => undefined,
      }),
      loadDevice: () => Promise.resolve(this.device),
      echo: (parts, options, signal) => {
        this.echoes.push(options);
        return this.echo(parts, options, signal);
      },
      gather: (...request) => this.gather(...request),
      mediaSource: playsType ? { isTypeSupported: playsType } : null,
      hasFrameCallback: this.hasFrameCallback,
      soundPlayers: this.soundPlayers,
      isSecure: this.isSecure,
      limitMs,
    };
  }

  #answer(name: string): Result<unknown> {
    if (name !== 'check:open') return ok({});
    if (!this.opened.ok) return this.opened;
    const { iceServers, icePolicy } = this;
    return ok({ checkId: 'check-0001', transport: {}, iceServers, icePolicy });
  }
}

describe('a connection check', () => {
  let world: FakeWorld;
  let check: ConnectionCheck | null;
  const changes: CheckResults[] = [];

  beforeEach(() => {
    world = new FakeWorld();
    changes.length = 0;
    check = null;
  });
  afterEach(() => check?.close());

  const run = (): Promise<CheckResults> => {
    check = new ConnectionCheck(world.parts(), (results) => changes.push(results));
    return check.run();
  };
  const stateOf = (results: CheckResults, name: CheckName) => [
    results[name]?.state,
    results[name]?.reason,
  ];

  it('finds everything fine where it is', async () => {
    const results = await run();
    for (const name of checkNames) assert.equal(results[name]?.state, 'fine', name);
    assert.equal(results.udp?.roundTripMs, 12);
    assert.equal(verdictOf(results), 'direct');
    assert.equal(world.closed, 1);
  });

  it('tells of each test as it ends', async () => {
    const results = await run();
    assert.equal(changes.length, checkNames.length);
    assert.deepEqual(changes.at(-1), results);
    assert.equal(verdictOf(nothingKnown), 'testing');
  });

  it('tests the direct way without the relay, and the relay without the direct way', async () => {
    await run();
    const [first, second] = world.echoes;
    assert.deepEqual([first?.icePolicy, first?.iceServers], ['all', [stun]]);
    assert.deepEqual([second?.icePolicy, second?.iceServers], ['relay', [stun, turn]]);
  });

  it('says that an address is translated on the way', async () => {
    world.echo = () =>
      Promise.resolve({ roundTripMs: 1, path: { local: 'srflx', remote: 'host' } });
    assert.deepEqual(stateOf(await run(), 'udp'), ['fine', 'through-nat']);
  });

  it('waits for nothing longer than its limit, and knows why nothing came', async () => {
    world.page = never();
    world.echo = (_parts, { onCandidate }) => {
      onCandidate?.({ type: 'relay' });
      return never();
    };
    world.gather = () => never();
    const results = await run();
    assert.deepEqual(stateOf(results, 'page'), ['failed', 'no-answer']);
    assert.deepEqual(stateOf(results, 'udp'), ['failed', 'blocked']);
    assert.deepEqual(stateOf(results, 'stun'), ['failed', 'no-answer']);
    assert.deepEqual(stateOf(results, 'turn'), ['failed', 'no-echo']);
  });

  it('goes on over WebSocket where UDP is closed', async () => {
    world.echo = () => never();
    const results = await run();
    assert.deepEqual(stateOf(results, 'turn'), ['failed', 'no-allocation']);
    assert.equal(verdictOf(results), 'websocket');
    world.mediaSocketOpens = false;
    assert.equal(verdictOf(await run()), 'blocked');
  });

  it('expects the relay where the direct way is closed', async () => {
    world.echo = (_parts, { icePolicy }) =>
      icePolicy === 'relay' ? Promise.resolve(direct) : never();
    assert.equal(verdictOf(await run()), 'relayed');
  });

  it('does not test the direct way where only the relay may be used', async () => {
    world.icePolicy = 'relay';
    const results = await run();
    assert.deepEqual(stateOf(results, 'udp'), ['unavailable', 'relay-only']);
    assert.equal(verdictOf(results), 'relayed');
  });

  it('takes servers that nobody configured for no failure', async () => {
    world.iceServers = [];
    const results = await run();
    assert.deepEqual(stateOf(results, 'stun'), ['unavailable', 'not-configured']);
    assert.deepEqual(stateOf(results, 'turn'), ['unavailable', 'not-configured']);
    assert.equal(verdictOf(results), 'direct');
  });

  it('knows a STUN server that has nothing new to say from one that is silent', async () => {
    world.gather = () => Promise.resolve({ reflexive: false, errors: 0, milliseconds: 3 });
    assert.deepEqual(stateOf(await run(), 'stun'), ['fine', 'no-nat']);
    world.gather = () => Promise.resolve({ reflexive: false, errors: 1, milliseconds: 3 });
    assert.deepEqual(stateOf(await run(), 'stun'), ['failed', 'no-answer']);
  });

  it('says so where the browser has no WebRTC, and what comes of it', async () => {
    world.device = null;
    const results = await run();
    for (const name of ['udp', 'stun', 'turn'] as const) {
      assert.deepEqual(stateOf(results, name), ['unavailable', 'no-webrtc']);
    }
    assert.equal(verdictOf(results), 'websocket');
  });

  it('knows nothing of the media without a server', async () => {
    world.connected = never();
    const results = await run();
    assert.deepEqual(stateOf(results, 'websocket'), ['failed', 'no-connection']);
    assert.deepEqual(stateOf(results, 'udp'), ['unavailable', 'no-server']);
    assert.equal(verdictOf(results), 'no-server');
  });

  it('promises nothing when nobody plays the other side', async () => {
    world.opened = fail('desktop-unavailable', 'No media host.');
    const results = await run();
    assert.deepEqual(stateOf(results, 'udp'), ['unavailable', 'no-host']);
    assert.equal(verdictOf(results), 'untested');
    world.opened = fail('rate-limited', 'Too many.');
    assert.deepEqual(stateOf(await run(), 'udp'), ['unavailable', 'rate-limited']);
  });

  it('says what a browser lacks', async () => {
    world.playsType = () => false;
    world.soundPlayers = { webAudio: false, element: false };
    world.isSecure = false;
    const results = await run();
    assert.deepEqual(stateOf(results, 'picture'), ['failed', 'no-codec']);
    assert.deepEqual(stateOf(results, 'sound'), ['failed', 'none']);
    assert.deepEqual(stateOf(results, 'secure'), ['unavailable', 'insecure']);
    assert.equal(verdictOf(results), 'no-picture');
    world.hasFrameCallback = false;
    assert.deepEqual(stateOf(await run(), 'picture'), ['failed', 'no-frame-callback']);
    world.playsType = null;
    assert.deepEqual(stateOf(await run(), 'picture'), ['failed', 'no-media-source']);
  });

  it('ends everything when it is closed', async () => {
    world.echo = () => never();
    const running = run();
    check?.close();
    await running;
    assert.equal(world.closed, 1);
    const heard = changes.length;
    await running;
    assert.equal(changes.length, heard);
  });

  it('is reported without a secret', async () => {
    const report = reportOf(await run(), {
      address: 'https://share.example',
      browser: 'Browser 1.0',
      time: new Date(0),
    });
    assert.match(report, /directly over UDP/);
    assert.match(report, /^UDP, direct: fine, 12 ms\./m);
    assert.match(report, /Browser 1\.0/);
    assert.ok(!report.includes('not-to-be-told') && !report.includes('turn.example'));
  });
});
