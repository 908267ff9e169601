import assert from 'node:assert/strict';

import { describe, it } from 'mocha';

import {
  attributeOf,
  candidatesOf,
  parseCandidate,
  synthesiseAnswer,
} from '../../../media-host/fan-out/transport/session-description.js';
import type { RemoteParameters } from '../../../signaling/protocol/transport.js';

const offer = [
  'v=0',
  'o=rtc 1 0 IN IP4 127.0.0.1',
  'a=group:BUNDLE data-7',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'a=mid:data-7',
  'a=ice-ufrag:abcd',
  'a=ice-pwd:secret/with+signs',
  'a=candidate:1 1 UDP 2122317823 192.0.2.7 50000 typ host',
  'a=candidate:2 1 UDP 1686109951 198.51.100.9 50001 typ srflx raddr 192.0.2.7 rport 50000',
  'a=candidate:3 1 FOO 1 192.0.2.7 1 typ host',
  'a=end-of-candidates',
  '',
].join('\r\n');

const remote: RemoteParameters = {
  role: 'client',
  fingerprints: [
    { algorithm: 'sha-1', value: '00:11' },
    { algorithm: 'sha-256', value: 'AA:BB' },
  ],
  iceParameters: { usernameFragment: 'page', password: 'x'.repeat(24) },
  maxMessageSize: 262_144,
};

describe('a session description', () => {
  it('gives its attributes without line ends', () => {
    assert.equal(attributeOf(offer, 'ice-pwd'), 'secret/with+signs');
    assert.throws(() => attributeOf(offer, 'fingerprint'), /without fingerprint/);
  });

  it('gives the candidates that can be used', () => {
    assert.deepEqual(
      candidatesOf(offer).map(({ address, port, type }) => [address, port, type]),
      [
        ['192.0.2.7', 50_000, 'host'],
        ['198.51.100.9', 50_001, 'srflx'],
      ],
    );
  });

  it('is answered in the name of the browser', () => {
    const answer = synthesiseAnswer(offer, remote);
    assert.equal(attributeOf(answer, 'mid'), 'data-7');
    assert.equal(attributeOf(answer, 'group'), 'BUNDLE data-7');
    assert.equal(attributeOf(answer, 'ice-ufrag'), 'page');
    assert.equal(attributeOf(answer, 'fingerprint'), 'sha-256 AA:BB');
    assert.equal(attributeOf(answer, 'max-message-size'), '262144');
    // Without it libdatachannel closes every channel.
    assert.match(answer, /^m=application 9 UDP\/DTLS\/SCTP webrtc-datachannel\r$/m);
  });

  it('lets the browser choose its side of DTLS', () => {
    const setup = (role: RemoteParameters['role']): string =>
      attributeOf(synthesiseAnswer(offer, { ...remote, role }), 'setup');
    assert.deepEqual((['auto', 'client', 'server'] as const).map(setup), [
      'active',
      'active',
      'passive',
    ]);
  });
});

describe('a candidate', () => {
  it('is read with and without the attribute name', () => {
    const line = 'candidate:1 1 udp 2122260223 192.0.2.1 54321 typ host generation 0 ufrag x';
    const candidate = {
      foundation: '1',
      protocol: 'udp',
      priority: 2_122_260_223,
      ip: '192.0.2.1',
      address: '192.0.2.1',
      port: 54_321,
      type: 'host',
    };
    assert.deepEqual(parseCandidate(line), candidate);
    assert.deepEqual(parseCandidate(`a=${line}`), candidate);
  });

  it('keeps the kind of a TCP candidate', () => {
    const line = 'candidate:1 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active generation 0';
    assert.equal(parseCandidate(line)?.tcpType, 'active');
  });

  it('is none when it is of another kind or cut short', () => {
    for (const line of [
      '',
      'candidate:',
      'candidate:1 1 udp 1 192.0.2.1 54321',
      'candidate:1 1 udp 1 192.0.2.1 54321 typ bogus',
      'candidate:1 1 sctp 1 192.0.2.1 54321 typ host',
    ]) {
      assert.equal(parseCandidate(line), null, line);
    }
  });
});
