import assert from 'node:assert/strict';

import { describe, it } from 'mocha';

import { turnConfigurationText } from '../../../deploy/turn/turn-configuration.js';
import type { TurnConfiguration } from '../../../deploy/turn/turn-configuration.js';

const configuration: TurnConfiguration = {
  port: 3478,
  listeningAddresses: ['127.0.0.1', '192.168.7.2', '2001:db8::2'],
  relayAddress: '192.168.7.2',
  publicAddress: null,
  relayPorts: { first: 50_000, last: 50_099 },
  peers: ['192.168.7.2', '10.0.0.9'],
  secret: 'north',
  videoBitrateKbps: 6000,
};
const linesWith = (changes: Partial<TurnConfiguration>): string[] =>
  turnConfigurationText({ ...configuration, ...changes }).split('\n');

describe('the configuration of coturn', () => {
  it('lets clients reach media hosts over UDP and IPv4, and nobody else', () => {
    assert.equal(
      turnConfigurationText(configuration),
      `listening-port=3478
listening-ip=127.0.0.1
listening-ip=192.168.7.2
listening-ip=2001:db8::2
no-tcp
no-tls
no-dtls
relay-ip=192.168.7.2
min-port=50000
max-port=50099
no-tcp-relay
allocation-default-address-family=ipv4
denied-peer-ip=0.0.0.0-255.255.255.255
denied-peer-ip=::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff
allowed-peer-ip=192.168.7.2
allowed-peer-ip=10.0.0.9
no-multicast-peers
use-auth-secret
static-auth-secret=north
realm=share-space
stale-nonce=600
user-quota=32
total-quota=100
max-bps=3000000
fingerprint
no-software-attribute
no-rfc5780
no-stun-backward-compatibility
response-origin-only-with-rfc5780
no-cli
userdb=:memory:
no-dynamic-ip-list
no-dynamic-realms
pidfile=/dev/null
log-file=stdout
simple-log
`,
    );
  });

  it('names the public address where a NAT stands before the machine', () => {
    const lines = linesWith({ publicAddress: '203.0.113.9' });
    assert.ok(lines.includes('external-ip=203.0.113.9/192.168.7.2'));
  });

  it('admits loopback peers only where the media host has no other address', () => {
    assert.ok(linesWith({ peers: ['127.0.0.1'] }).includes('allow-loopback-peers'));
    assert.ok(!linesWith({}).includes('allow-loopback-peers'));
  });

  it('leaves every viewer four times the video’s rate, and 8 Mbit/s at least', () => {
    assert.ok(linesWith({ videoBitrateKbps: 20_000 }).includes('max-bps=10000000'));
    assert.ok(linesWith({ videoBitrateKbps: 100 }).includes('max-bps=1000000'));
  });
});
