import assert from 'node:assert/strict';

import { describe, it } from 'mocha';

import { toLibdatachannel } from '../../../media-host/fan-out/transport/ice-servers.js';

const account = { username: '1790000000:room', credential: 'secret' };

describe('ICE servers', () => {
  it('are STUN servers by address', () => {
    assert.deepEqual(toLibdatachannel([{ urls: ['stun:stun.example', 'stun:192.0.2.1:9'] }]), [
      'stun:stun.example:3478',
      'stun:192.0.2.1:9',
    ]);
  });

  it('are TURN servers with their account, over UDP', () => {
    const relay = { password: 'secret', username: '1790000000:room', relayType: 'TurnUdp' };
    const urls = ['turn:turn.example', 'turn:192.0.2.1:9?transport=udp'];
    assert.deepEqual(toLibdatachannel([{ urls, ...account }]), [
      { hostname: 'turn.example', port: 3478, ...relay },
      { hostname: '192.0.2.1', port: 9, ...relay },
    ]);
  });

  it('leave out what only a browser can use', () => {
    const urls = [
      'turn:turn.example?transport=tcp',
      'turns:turn.example:5349',
      'stuns:stun.example',
      'http://turn.example',
      '',
    ];
    assert.deepEqual(toLibdatachannel([{ urls, ...account }]), []);
    assert.deepEqual(toLibdatachannel([{ urls: ['turn:turn.example'] }]), []);
  });
});
