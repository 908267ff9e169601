import assert from 'node:assert/strict';
import { resolve } from 'node:path';

import { settingDefinitions } from '../../../deploy/setting-definitions.js';
import { SettingsError, isReadBy, loadSettings, settingsTable } from '../../../deploy/settings.js';

const problemsOf = (environment: Record<string, string>): readonly string[] => {
  try {
    loadSettings(environment);
  } catch (error) {
    assert.ok(error instanceof SettingsError);
    return error.problems;
  }
  return [];
};

describe('settings', () => {
  it('all have a default', () => {
    const settings = loadSettings({});
    assert.deepEqual(
      { ...settings, hostId: '', dataDir: '' },
      {
        host: '0.0.0.0',
        port: 8080,
        publicUrl: null,
        dataDir: '',
        operatorPassword: null,
        room: 'lobby',
        roomPasscode: null,
        desktopSize: { width: 1280, height: 720 },
        desktopFps: 30,
        desktopCommand: '',
        videoBitrateKbps: 6000,
        videoBitrateMinKbps: 1500,
        icePolicy: 'all',
        stunUrls: [],
        turnUrls: [],
        turnSecret: null,
        turnServer: 'auto',
        turnPort: 3478,
        turnRelayPorts: { first: 49_152, last: 50_175 },
        turnAddress: null,
        turnPeers: [],
        iceAddress: null,
        icePortMin: null,
        icePortMax: null,
        viewersPerFanOut: 60,
        signalingUrl: 'http://127.0.0.1:8080',
        hostSecret: null,
        hostId: '',
        allowedOrigins: [],
        trustProxy: 0,
        logLevel: 'info',
        controlGraceSeconds: 10,
        memberGraceSeconds: 10,
      },
    );
    assert.equal(settings.dataDir, resolve('data'));
    assert.match(settings.hostId, /^[A-Za-z0-9._-]{1,63}$/);
  });

  it('are read into the types that programs use', () => {
    const settings = loadSettings({
      SHARE_SPACE_PORT: '9000',
      SHARE_SPACE_PUBLIC_URL: 'https://Share.Example.org/',
      SHARE_SPACE_DESKTOP_SIZE: '1920x1080',
      SHARE_SPACE_ALLOWED_ORIGINS: 'https://a.example, http://b.example:81',
      SHARE_SPACE_ICE_PORT_MIN: '40000',
      SHARE_SPACE_ICE_PORT_MAX: '40100',
      SHARE_SPACE_HOST_ID: 'machine-2.lan',
    });
    assert.equal(settings.port, 9000);
    assert.equal(settings.publicUrl, 'https://share.example.org');
    assert.deepEqual(settings.desktopSize, { width: 1920, height: 1080 });
    assert.deepEqual(settings.allowedOrigins, ['https://a.example', 'http://b.example:81']);
    assert.deepEqual([settings.icePortMin, settings.icePortMax], [40_000, 40_100]);
    assert.equal(settings.hostId, 'machine-2.lan');
    assert.equal(settings.signalingUrl, 'http://127.0.0.1:9000');
  });

  it('are frozen', () => {
    const settings = loadSettings({});
    assert.ok(Object.isFrozen(settings));
    assert.ok(Object.isFrozen(settings.desktopSize));
    assert.ok(Object.isFrozen(settings.allowedOrigins));
  });

  it('count as unset when they are empty', () => {
    assert.equal(loadSettings({ SHARE_SPACE_PORT: '' }).port, 8080);
  });

  it('lead a media host to the address the service listens on', () => {
    const urlOf = (host: string): string => loadSettings({ SHARE_SPACE_HOST: host }).signalingUrl;
    assert.equal(urlOf('::'), 'http://[::1]:8080');
    assert.equal(urlOf('fd00::5'), 'http://[fd00::5]:8080');
    assert.equal(urlOf('192.168.7.2'), 'http://192.168.7.2:8080');
  });

  it('are refused all at once, each by its name and with what was expected', () => {
    assert.deepEqual(
      problemsOf({
        SHARE_SPACE_PORT: '80a',
        SHARE_SPACE_DESKTOP_SIZE: '1281x720',
        SHARE_SPACE_ICE_POLICY: 'none',
      }),
      [
        'SHARE_SPACE_PORT must be a whole number from 0 to 65535; it is "80a"',
        'SHARE_SPACE_DESKTOP_SIZE must be width x height in even pixels, such as 1280x720; it is "1281x720"',
        'SHARE_SPACE_ICE_POLICY must be one of all, relay; it is "none"',
      ],
    );
  });

  const wrong: readonly (readonly [string, string])[] = [
    ['SHARE_SPACE_PORT', '65536'],
    ['SHARE_SPACE_PORT', '-1'],
    ['SHARE_SPACE_PORT', '1e3'],
    ['SHARE_SPACE_HOST', 'not a host'],
    ['SHARE_SPACE_PUBLIC_URL', 'share.example.org'],
    ['SHARE_SPACE_PUBLIC_URL', 'https://share.example.org/path'],
    ['SHARE_SPACE_PUBLIC_URL', 'ftp://share.example.org'],
    ['SHARE_SPACE_ROOM', 'Not A Room'],
    ['SHARE_SPACE_ROOM_PASSCODE', 'x'.repeat(129)],
    ['SHARE_SPACE_DESKTOP_SIZE', '1280'],
    ['SHARE_SPACE_DESKTOP_FPS', '0'],
    ['SHARE_SPACE_VIDEO_BITRATE_KBPS', '99'],
    ['SHARE_SPACE_STUN_URLS', 'stun.example.org'],
    ['SHARE_SPACE_STUN_URLS', 'turn:a.example'],
    ['SHARE_SPACE_STUN_URLS', 'stun:a.example,'],
    ['SHARE_SPACE_TURN_URLS', 'turn:a.example?transport=sctp'],
    ['SHARE_SPACE_TURN_URLS', 'turn://a.example'],
    ['SHARE_SPACE_TURN_URLS', 'turn:user@a.example'],
    ['SHARE_SPACE_TURN_SERVER', 'yes'],
    ['SHARE_SPACE_TURN_PORT', '65536'],
    ['SHARE_SPACE_TURN_PORT', '443'],
    ['SHARE_SPACE_TURN_RELAY_PORTS', '50000'],
    ['SHARE_SPACE_TURN_RELAY_PORTS', '50001-50000'],
    ['SHARE_SPACE_TURN_RELAY_PORTS', '80-50000'],
    ['SHARE_SPACE_TURN_RELAY_PORTS', '50000-65536'],
    ['SHARE_SPACE_TURN_ADDRESS', 'share.example.org'],
    ['SHARE_SPACE_TURN_ADDRESS', '2001:db8::7'],
    ['SHARE_SPACE_TURN_PEERS', '192.0.2.0/24'],
    ['SHARE_SPACE_TURN_PEERS', '192.0.2.1,::1'],
    ['SHARE_SPACE_ICE_ADDRESS', 'eth0'],
    ['SHARE_SPACE_HOST_SECRET', 'short'],
    ['SHARE_SPACE_HOST_ID', '-x'],
    ['SHARE_SPACE_ALLOWED_ORIGINS', 'https://a.example,b'],
    ['SHARE_SPACE_LOG_LEVEL', 'loud'],
    ['SHARE_SPACE_MEMBER_GRACE_SECONDS', '3601'],
  ];
  for (const [name, value] of wrong) {
    it(`refuse ${name}=${value.slice(0, 40)}`, () => {
      const problems = problemsOf({ [name]: value });
      assert.equal(problems.length, 1);
      assert.ok(problems[0]?.startsWith(`${name} must be `), problems[0]);
    });
  }

  it('never repeat a wrong secret', () => {
    const [problem] = problemsOf({ SHARE_SPACE_HOST_SECRET: 'hunter2' });
    assert.ok(problem !== undefined && !problem.includes('hunter2'));
  });

  it('want both ends of the port range, in order', () => {
    assert.deepEqual(problemsOf({ SHARE_SPACE_ICE_PORT_MIN: '4000' }), [
      'SHARE_SPACE_ICE_PORT_MIN and SHARE_SPACE_ICE_PORT_MAX must be set together',
    ]);
    assert.deepEqual(
      problemsOf({ SHARE_SPACE_ICE_PORT_MIN: '4001', SHARE_SPACE_ICE_PORT_MAX: '4000' }),
      ['SHARE_SPACE_ICE_PORT_MIN must not be above SHARE_SPACE_ICE_PORT_MAX'],
    );
  });

  it('want a TURN server with its secret, and one TURN server only', () => {
    const together = 'SHARE_SPACE_TURN_URLS and SHARE_SPACE_TURN_SECRET must be set together';
    const own = { SHARE_SPACE_TURN_URLS: 'turn:a.example', SHARE_SPACE_TURN_SECRET: 'north' };
    assert.deepEqual(problemsOf({ SHARE_SPACE_TURN_URLS: 'turn:a.example' }), [together]);
    assert.deepEqual(problemsOf({ SHARE_SPACE_TURN_SECRET: 'north' }), [together]);
    assert.deepEqual(problemsOf(own), []);
    assert.deepEqual(problemsOf({ ...own, SHARE_SPACE_TURN_SERVER: 'on' }), [
      'SHARE_SPACE_TURN_SERVER must not be on when SHARE_SPACE_TURN_URLS is set',
    ]);
  });

  it('take a variable with a typing error for a mistake, but not one of the test suite', () => {
    assert.deepEqual(problemsOf({ SHARE_SPACE_PROT: '1', SHARE_SPACE_TEST_KEEP: '1' }), [
      'SHARE_SPACE_PROT is not a setting of Share Space; the README lists those there are',
    ]);
  });

  it('have a table with one row each', () => {
    const rows = settingsTable().split('\n').slice(2);
    assert.deepEqual(
      rows.map((row) => /^\| `(SHARE_SPACE_[A-Z_]+)` \| .+ \| .+\. \| .+ \|$/.exec(row)?.[1]),
      Object.values(settingDefinitions).map(({ name }) => name),
    );
  });

  it('are known by the processes that read them: what people get in with is the service’s alone', () => {
    for (const name of ['SHARE_SPACE_OPERATOR_PASSWORD', 'SHARE_SPACE_ROOM_PASSCODE']) {
      assert.equal(isReadBy('signaling', name), true);
      assert.equal(isReadBy('media-host', name), false);
    }
    assert.equal(isReadBy('media-host', 'SHARE_SPACE_HOST_SECRET'), true);
    assert.equal(isReadBy('media-host', 'SHARE_SPACE_TEST_ANYTHING'), true);
    assert.equal(isReadBy('media-host', 'HOME'), false);
  });

  it('of which a process gets only those that it reads are as right as all of them', () => {
    const all = {
      SHARE_SPACE_TURN_URLS: 'turn:turn.example.org',
      SHARE_SPACE_TURN_SECRET: 'a-secret-of-the-suite-of-32-bytes-and-more',
      SHARE_SPACE_ICE_PORT_MIN: '50000',
      SHARE_SPACE_ICE_PORT_MAX: '50100',
    };
    assert.deepEqual(problemsOf(all), []);
    for (const process of ['signaling', 'media-host'] as const) {
      const own = Object.fromEntries(
        Object.entries(all).filter(([name]) => isReadBy(process, name)),
      );
      assert.deepEqual(problemsOf(own), [], process);
    }
  });
});
