import assert from 'node:assert/strict';

import { describe, it } from 'mocha';

import { isUsable } from '../../../media-host/fan-out/transport/remote-candidates.js';
import type { IceCandidate } from '../../../signaling/protocol/transport.js';

const at = (address: string, rest: Partial<IceCandidate> = {}): IceCandidate => ({
  foundation: '1',
  priority: 1,
  ip: address,
  address,
  protocol: 'udp',
  port: 50_000,
  type: 'host',
  ...rest,
});

describe('a candidate of a page', () => {
  for (const address of [
    '192.0.2.7',
    '10.1.2.3',
    '192.168.1.9',
    '100.64.0.1',
    '2001:db8::7',
    'fd00::1',
  ]) {
    it(`at ${address} is used`, () => assert.ok(isUsable(at(address), false)));
  }

  for (const address of [
    ...['127.0.0.1', '127.9.9.9', '::1', '0.0.0.0', '0.1.2.3', '169.254.169.254', '224.0.0.251'],
    ...['255.255.255.255', '240.0.0.1', '::', 'fe80::1', 'fe80::1%eth0', 'ff02::fb'],
    ...['::ffff:127.0.0.1', '::ffff:a9fe:a9fe', '::ffff:10.0.0.1', '64:ff9b::7f00:1'],
    ...['localhost', 'metadata.google.internal', 'a-b-c.local', '127.1', '2130706433', ''],
  ]) {
    it(`at ${address || 'no address'} is not`, () =>
      assert.equal(isUsable(at(address), false), false));
  }

  it('on the loopback interface is used by a media host that is bound to it', () => {
    assert.ok(isUsable(at('127.0.0.1'), true));
    assert.ok(isUsable(at('::1'), true));
    assert.equal(isUsable(at('169.254.169.254'), true), false);
  });

  it('for TCP, or at a port of services or none, is not used', () => {
    assert.equal(isUsable(at('192.0.2.7', { protocol: 'tcp' }), false), false);
    for (const port of [0, 53, 1023, 65_536, 1.5, NaN]) {
      assert.equal(isUsable(at('192.0.2.7', { port }), false), false, String(port));
    }
  });
});
