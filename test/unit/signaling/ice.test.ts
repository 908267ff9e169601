import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';

import { loadSettings } from '../../../deploy/settings.js';
import { IceConfiguration } from '../../../signaling/ice/ice-configuration.js';
import { reachedName } from '../../../signaling/ice/reached-name.js';
import { isThisMachine } from '../../../signaling/ice/this-machine.js';
import { turnCredentials } from '../../../signaling/ice/turn-credentials.js';
import { FakeClock } from '../fake-clock.js';

describe('TURN credentials', () => {
  it('are what coturn makes of the same secret', () => {
    // openssl dgst -sha1 -hmac north -binary <<< "1700000000:ada" (without newline) | base64
    assert.deepEqual(turnCredentials('north', 'ada', 1_700_000_000_999), {
      username: '1700000000:ada',
      credential: 'ndZ88ryT1whVxdkcRLepT9D1MpM=',
    });
  });
});

describe('the name under which the service is reached', () => {
  const names: readonly (readonly [string | undefined, string | null])[] = [
    ['share.example.org', 'share.example.org'],
    ['Share.Example.org:8080', 'share.example.org'],
    ['localhost:8080', 'localhost'],
    ['192.168.7.2:8080', '192.168.7.2'],
    ['[2001:db8::7]:8080', '[2001:db8::7]'],
    ['share_space:8080', 'share_space'],
    [undefined, null],
    ['', null],
    [':8080', null],
    ['a b', null],
    ['user@example.org', null],
    ['example.org/path', null],
    ['example.org?transport=tcp', null],
    ['example.org,turn:evil.example', null],
    ['example.org\r\nx: y', null],
    ['[::1', null],
    ['[fe80::1%eth0]', null],
    ['999.999.999.999', null],
    [`${'a'.repeat(400)}.org`, null],
  ];
  for (const [header, name] of names) {
    it(`is ${name ?? 'not known'} when it says ${String(header).slice(0, 40)}`, () => {
      assert.equal(reachedName(header), name);
    });
  }
});

describe('the servers of a viewer', () => {
  const clock = new FakeClock();
  const nearHost = { reachedAs: '127.0.0.1', onThisMachine: true };
  const farHost = { reachedAs: 'share.lan', onThisMachine: false };
  const configure = (environment: Record<string, string>): IceConfiguration =>
    new IceConfiguration({
      settings: loadSettings({ ...environment }),
      turnSecret: 'secret',
      clock,
    });
  const credentials = (name: string): object =>
    turnCredentials('secret', name, clock.nowMs() + 600_000);
  const urlsOf = (ice: IceConfiguration, reachedAs: string | null): readonly string[] =>
    ice.forPage('ada', reachedAs).iceServers.flatMap(({ urls }) => urls);

  it('are none where nothing is configured, and while npm start has not started coturn', () => {
    const ice = configure({});
    assert.deepEqual(ice.forPage('ada', 'share.lan'), { iceServers: [], icePolicy: 'all' });
    assert.deepEqual(ice.forHost('viewer', farHost), []);
  });

  it('include the built-in one under the name the page was opened with', () => {
    const ice = configure({ SHARE_SPACE_TURN_SERVER: 'on', SHARE_SPACE_TURN_PORT: '3500' });
    assert.deepEqual(ice.forPage('ada', 'share.lan').iceServers, [
      { urls: ['stun:share.lan:3500'] },
      { urls: ['turn:share.lan:3500?transport=udp'], ...credentials('ada') },
    ]);
    assert.deepEqual(urlsOf(ice, null), []);
  });

  it('count for a minute and for all pages of an address in a connection check', () => {
    const ice = configure({ SHARE_SPACE_TURN_SERVER: 'on' });
    const [, turn] = ice.forGuest('2001:db8:0:7::/64', 'share.lan').iceServers;
    const expiry = Math.floor(clock.nowMs() / 1000) + 60;
    assert.equal(turn?.username, `${expiry}:guest-2001-db8-0-7--/64`);
  });

  it('are reached under the public address, and before that under the TURN address', () => {
    const named = {
      SHARE_SPACE_TURN_SERVER: 'on',
      SHARE_SPACE_PUBLIC_URL: 'https://share.example.org:8443',
    };
    assert.deepEqual(urlsOf(configure(named), '10.0.0.2'), [
      'stun:share.example.org:3478',
      'turn:share.example.org:3478?transport=udp',
    ]);
    const mapped = { ...named, SHARE_SPACE_TURN_ADDRESS: '203.0.113.9' };
    assert.deepEqual(urlsOf(configure(mapped), '10.0.0.2'), [
      'stun:203.0.113.9:3478',
      'turn:203.0.113.9:3478?transport=udp',
    ]);
  });

  it('leave the built-in one out for a media host on its machine, and name it to others', () => {
    const ice = configure({ SHARE_SPACE_TURN_SERVER: 'on' });
    assert.deepEqual(ice.forHost('viewer', nearHost), []);
    assert.deepEqual(ice.forHost('viewer', farHost), [
      { urls: ['stun:share.lan:3478'] },
      { urls: ['turn:share.lan:3478?transport=udp'], ...credentials('viewer') },
    ]);
  });

  it('are those of the settings for both sides, with credentials of their own', () => {
    const ice = configure({
      SHARE_SPACE_STUN_URLS: 'stun:a.example, stun:b.example:99',
      SHARE_SPACE_TURN_URLS: 'turn:a.example?transport=udp,turns:a.example:5349?transport=tcp',
      SHARE_SPACE_TURN_SECRET: 'secret',
      SHARE_SPACE_ICE_POLICY: 'relay',
    });
    const stun = { urls: ['stun:a.example', 'stun:b.example:99'] };
    const urls = ['turn:a.example?transport=udp', 'turns:a.example:5349?transport=tcp'];
    assert.deepEqual(ice.forPage('ada', 'share.lan'), {
      iceServers: [stun, { urls, ...credentials('ada') }],
      icePolicy: 'relay',
    });
    assert.deepEqual(ice.forHost('viewer', nearHost), [stun, { urls, ...credentials('viewer') }]);
  });
});

describe('an address', () => {
  it('is known for one of this machine', () => {
    assert.equal(isThisMachine('127.0.0.1'), true);
    const [own] = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    assert.equal(own && isThisMachine(own.address), true);
    assert.equal(isThisMachine('203.0.113.9'), false);
  });
});
