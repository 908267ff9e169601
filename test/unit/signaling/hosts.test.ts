import assert from 'node:assert/strict';

import { SignJWT } from 'jose';

import { createHostToken } from '../../../deploy/host-secret.js';
import { HostAuthenticator } from '../../../signaling/hosts/host-authenticator.js';
import { HostRegistry } from '../../../signaling/hosts/host-registry.js';
import { ReplayCache } from '../../../signaling/hosts/replay-cache.js';
import { hostTokenAudience } from '../../../signaling/protocol/host-events.js';
import { FakeClock } from '../fake-clock.js';

import { FakeHostLink } from './fake-links.js';

describe('the replay cache', () => {
  it('takes a nonce once, until it is too old to matter', () => {
    const clock = new FakeClock();
    const cache = new ReplayCache(10, clock);
    assert.equal(cache.accept('a', clock.nowMs() + 1000), true);
    assert.equal(cache.accept('a', clock.nowMs() + 1000), false);
    clock.advance(1000);
    assert.equal(cache.accept('a', clock.nowMs() + 1000), true);
  });

  it('refuses what it could not remember', () => {
    const clock = new FakeClock();
    const cache = new ReplayCache(2, clock);
    assert.equal(cache.accept('a', clock.nowMs() + 1000), true);
    assert.equal(cache.accept('b', clock.nowMs() + 1000), true);
    assert.equal(cache.accept('c', clock.nowMs() + 1000), false);
    clock.advance(1000);
    assert.equal(cache.accept('c', clock.nowMs() + 1000), true);
  });
});

describe('a media host’s token', () => {
  const secret = 'a-secret-of-the-test-suite-of-32-bytes';
  const systemTime = { nowMs: () => Date.now(), after: () => () => undefined };

  const sign = (claims: Record<string, unknown>, key = secret): Promise<string> =>
    new SignJWT({
      sub: 'host-1',
      jti: 'a-nonce-of-the-test',
      aud: hostTokenAudience,
      iat: Math.floor(Date.now() / 1000),
      exp: Math.floor(Date.now() / 1000) + 30,
      ...claims,
    })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(key));

  it('registers its host once', async () => {
    const authenticator = new HostAuthenticator(secret, systemTime);
    const token = await createHostToken(secret, 'host-1');
    assert.deepEqual(await authenticator.verify(token), { accepted: true, hostId: 'host-1' });
    assert.deepEqual(await authenticator.verify(token), {
      accepted: false,
      reason: 'the token was used before',
    });
  });

  it('is refused when it is too old', async () => {
    const token = await createHostToken(secret, 'host-1');
    const later = { ...systemTime, nowMs: () => Date.now() + 36_000 };
    const proof = await new HostAuthenticator(secret, later).verify(token);
    assert.ok(!proof.accepted && /expired/.test(proof.reason));
  });

  const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":"host-1"}').toString('base64url')}.`;
  const wrong: readonly (readonly [string, () => unknown])[] = [
    ['with another secret', () => sign({}, 'another-secret-of-the-suite-32-bytes')],
    ['for another audience', () => sign({ aud: 'share-space-member' })],
    ['that lives an hour', () => sign({ exp: Math.floor(Date.now() / 1000) + 3600 })],
    ['without a nonce', () => sign({ jti: undefined })],
    ['without an end', () => sign({ exp: undefined })],
    ['of a host without a valid name', () => sign({ sub: '../host' })],
    ['without a signature', () => unsigned],
    ['that is no token', () => 'rubbish'],
    ['that is no text', () => ({ toString: 1 })],
    ['that is missing', () => undefined],
    ['of great length', () => 'x'.repeat(100_000)],
  ];
  for (const [what, token] of wrong) {
    it(`is refused when it is one ${what}`, async () => {
      const proof = await new HostAuthenticator(secret, systemTime).verify(await token());
      assert.equal(proof.accepted, false);
    });
  }
});

describe('the registry of media hosts', () => {
  let clock: FakeClock;
  let rooms: string[];
  let registry: HostRegistry;
  let assigned: [string, readonly string[]][];
  let gone: [string, readonly string[]][];

  beforeEach(() => {
    clock = new FakeClock();
    rooms = ['a', 'b', 'c', 'd'];
    registry = new HostRegistry(() => rooms, clock, 10_000);
    assigned = [];
    gone = [];
    registry.events.on('assigned', ({ hostId }, roomIds) => assigned.push([hostId, roomIds]));
    registry.events.on('gone', (hostId, roomIds) => gone.push([hostId, roomIds]));
  });

  it('gives every room to the only host', () => {
    registry.add(new FakeHostLink('one'));
    assert.deepEqual(assigned, [['one', ['a', 'b', 'c', 'd']]]);
    assert.equal(registry.hostOf('a')?.hostId, 'one');
  });

  it('leaves running rooms where they are when another host comes, and tells it that it has none', () => {
    registry.add(new FakeHostLink('one'));
    registry.add(new FakeHostLink('two'));
    assert.deepEqual(assigned.at(-1), ['two', []]);
    assert.equal(registry.hostOf('a')?.hostId, 'one');
  });

  it('waits for a host that is gone, and gives it its rooms back', () => {
    const host = new FakeHostLink('one');
    registry.add(host);
    registry.add(new FakeHostLink('two'));
    registry.remove(host);
    assert.deepEqual(gone, [['one', ['a', 'b', 'c', 'd']]]);
    assert.equal(registry.hostOf('a'), null);
    clock.advance(9999);
    registry.add(new FakeHostLink('one'));
    assert.deepEqual(assigned.at(-1), ['one', ['a', 'b', 'c', 'd']]);
    clock.advance(60_000);
    assert.equal(registry.hostOf('a')?.hostId, 'one');
  });

  it('waits, when the service has just started, for the hosts that had rooms before', () => {
    registry = new HostRegistry(
      () => rooms,
      clock,
      10_000,
      new Map([
        ['a', 'one'],
        ['b', 'two'],
        ['c', 'three'],
      ]),
    );
    registry.add(new FakeHostLink('two'));
    assert.deepEqual(registry.roomsOf('two'), ['b', 'd']);
    clock.advance(9999);
    registry.add(new FakeHostLink('one'));
    assert.deepEqual(registry.roomsOf('one'), ['a']);
    assert.equal(registry.hostOf('c'), null);
    clock.advance(1);
    assert.equal(registry.hostOf('c')?.hostId, 'one');
    assert.equal(registry.hostOf('b')?.hostId, 'two');
  });

  it('spreads the rooms of a host that stays away by how many the others have', () => {
    const host = new FakeHostLink('one');
    registry.add(host);
    registry.add(new FakeHostLink('two'));
    registry.add(new FakeHostLink('three'));
    registry.remove(host);
    clock.advance(10_000);
    assert.deepEqual(registry.roomsOf('two'), ['a', 'c']);
    assert.deepEqual(registry.roomsOf('three'), ['b', 'd']);
    assert.deepEqual(assigned.slice(-2), [
      ['two', ['a', 'c']],
      ['three', ['b', 'd']],
    ]);
  });

  it('keeps rooms for whichever host comes when none is left', () => {
    const host = new FakeHostLink('one');
    registry.add(host);
    registry.remove(host);
    clock.advance(60_000);
    registry.add(new FakeHostLink('two'));
    assert.deepEqual(registry.roomsOf('two'), ['a', 'b', 'c', 'd']);
  });

  it('replaces a connection of the same host, and ignores the end of the replaced one', () => {
    const first = new FakeHostLink('one');
    const second = new FakeHostLink('one');
    registry.add(first);
    registry.add(second);
    assert.equal(first.hasEnded, true);
    registry.remove(first);
    assert.equal(registry.hostOf('a'), second);
  });

  it('leaves no timer behind when it is closed', () => {
    const host = new FakeHostLink('one');
    registry.add(host);
    registry.remove(host);
    registry.close();
    assert.equal(clock.pending, 0);
  });
});
