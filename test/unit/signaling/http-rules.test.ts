import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';

import { clientAddress } from '../../../signaling/http/client-address.js';
import { OriginPolicy } from '../../../signaling/http/origin-policy.js';

const request = (remoteAddress: string, headers: Record<string, string> = {}): IncomingMessage =>
  ({ socket: { remoteAddress }, headers }) as unknown as IncomingMessage;

describe('the address that limits count', () => {
  const cases: readonly (readonly [string, string, string | undefined, number, string])[] = [
    ['is the peer’s', '192.0.2.1', undefined, 0, '192.0.2.1'],
    ['does not come from a header nobody vouches for', '192.0.2.1', '198.51.100.9', 0, '192.0.2.1'],
    ['comes from the proxy that is trusted', '10.0.0.1', '198.51.100.9', 1, '198.51.100.9'],
    [
      'is what the nearest trusted proxy saw',
      '10.0.0.1',
      '6.6.6.6, 198.51.100.9',
      1,
      '198.51.100.9',
    ],
    ['goes back as many proxies as are trusted', '10.0.0.1', '192.0.2.1, 10.0.0.2', 2, '192.0.2.1'],
    ['is the peer’s where a proxy said nothing', '10.0.0.1', undefined, 2, '10.0.0.1'],
    ['is the peer’s where a proxy said nonsense', '10.0.0.1', '<script>', 1, '10.0.0.1'],
    ['is IPv4 where it was mapped', '::ffff:192.0.2.1', undefined, 0, '192.0.2.1'],
    ['is a network of IPv6', '2001:db8:1:2:3:4:5:6', undefined, 0, '2001:db8:1:2::/64'],
    ['is a network of abbreviated IPv6', '2001:db8::1', undefined, 0, '2001:db8:0:0::/64'],
    ['has no zone', 'fe80::1%eth0', undefined, 0, 'fe80:0:0:0::/64'],
    ['is the loopback network', '::1', undefined, 0, '0:0:0:0::/64'],
  ];
  for (const [what, peer, forwarded, hops, expected] of cases) {
    it(what, () => {
      const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
      assert.equal(clientAddress(request(peer, headers), hops), expected);
    });
  }
});

describe('the policy for origins', () => {
  const policy = new OriginPolicy({
    publicUrl: 'https://share.example.org',
    allowedOrigins: ['http://other.example:81'],
  });
  const cases: readonly (readonly [boolean, string, Record<string, string>])[] = [
    [true, 'a program without an origin', { host: 'a:8080' }],
    [true, 'a page of the same host and port', { host: 'a:8080', origin: 'http://a:8080' }],
    [true, 'a page behind a proxy that speaks https', { host: 'a', origin: 'https://a' }],
    [true, 'the standard port, written or not', { host: 'a:80', origin: 'http://a' }],
    [
      true,
      'a page of the public address',
      { host: '10.0.0.1', origin: 'https://share.example.org' },
    ],
    [true, 'a page of an allowed origin', { host: 'a', origin: 'http://other.example:81' }],
    [false, 'a page of another port', { host: 'a:8080', origin: 'http://a:8081' }],
    [false, 'a page of another host', { host: 'a:8080', origin: 'http://b:8080' }],
    [false, 'a page of a host that begins alike', { host: 'a', origin: 'http://a.evil.example' }],
    [false, 'a page without an address', { host: 'a', origin: 'null' }],
    [false, 'a page of an extension', { host: 'a', origin: 'chrome-extension://a' }],
    [false, 'an origin that is none', { host: 'a', origin: 'http://' }],
    [false, 'a host that is none', { host: 'a b', origin: 'http://a' }],
    [false, 'a cross-site request without origin', { host: 'a', 'sec-fetch-site': 'cross-site' }],
  ];
  for (const [allowed, what, headers] of cases) {
    it(`${allowed ? 'allows' : 'refuses'} ${what}`, () => {
      assert.equal(policy.allows(request('192.0.2.1', headers)), allowed);
    });
  }
});
