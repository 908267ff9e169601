import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

import { after, describe, it } from 'mocha';
import ndc from 'node-datachannel';

import { PeerTransport } from '../../media-host/fan-out/transport/peer-transport.js';
import { RequestError } from '../../signaling/protocol/result.js';
import { candidateLineSchema, type RemoteParameters } from '../../signaling/protocol/transport.js';
import { eventually } from '../tools/eventually.js';
import { portRangeOf } from '../tools/free-ports.js';

const events = { onState: () => undefined, onCandidate: () => undefined };

const hasCode =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof RequestError && error.code === code;

const remote: RemoteParameters = {
  role: 'server',
  fingerprints: [{ algorithm: 'sha-256', value: Array(32).fill('AB').join(':') }],
  iceParameters: { usernameFragment: 'abcd', password: 'a'.repeat(24) },
  maxMessageSize: 65_536,
};

describe('a transport of the media host', () => {
  after(() => ndc.cleanup());

  it('is refused while every port of the range is taken, and made once one is free', async () => {
    const options = {
      iceServers: [],
      bindAddress: '127.0.0.1',
      portRange: await portRangeOf(2),
    } as const;
    const first = await PeerTransport.create(options, events);
    const second = await PeerTransport.create(options, events);
    try {
      const states: string[] = [];
      const watching = {
        ...events,
        onState: (_transport: PeerTransport, state: string) => void states.push(state),
      };
      await assert.rejects(PeerTransport.create(options, watching), hasCode('room-full'));
      assert.equal(states.at(-1), 'closed');
      first.close();
      const third = await PeerTransport.create(options, events);
      assert.equal(third.options().iceCandidates.length, 1);
      third.close();
    } finally {
      first.close();
      second.close();
    }
  });

  it('refuses a candidate that is none, and takes no notice of one where no page can be', async () => {
    const transport = await PeerTransport.create(
      { iceServers: [], bindAddress: '127.0.0.1', portRange: undefined },
      events,
    );
    try {
      transport.connect(remote);
      assert.throws(
        () => transport.addRemoteCandidate('candidate:1 1 UDP many 127.0.0.1 50000 typ host'),
        hasCode('bad-request'),
      );
      transport.addRemoteCandidate('candidate:1 1 UDP 1 metadata.internal 50000 typ host');
    } finally {
      transport.close();
    }
  });

  it('sends checks to a candidate that came before it was connected', async () => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const transport = await PeerTransport.create(
      { iceServers: [], bindAddress: '127.0.0.1', portRange: undefined },
      events,
    );
    try {
      const { port } = socket.address();
      transport.addRemoteCandidate('candidate:1 1 UDP many 127.0.0.1 50000 typ host');
      transport.addRemoteCandidate(`candidate:1 1 UDP 1 127.0.0.1 ${port} typ host`);
      const checked = once(socket, 'message');
      transport.connect(remote);
      await checked;
    } finally {
      transport.close();
      socket.close();
    }
  });

  it('tells of a candidate that a STUN server finds later, as the protocol wants it', async () => {
    const server = await startSlowStunServer();
    const { port } = server.address();
    const found: string[] = [];
    const transport = await PeerTransport.create(
      { iceServers: [`stun:127.0.0.1:${port}`], bindAddress: '127.0.0.1', portRange: undefined },
      { ...events, onCandidate: (_transport, candidate) => void found.push(candidate) },
    );
    try {
      assert.deepEqual(
        transport.options().iceCandidates.map(({ type }) => type),
        ['host'],
      );
      await eventually('late candidate', () => found.length > 0);
      assert.match(candidateLineSchema.parse(found[0]), / 203\.0\.113\.7 5000 typ srflx/);
    } finally {
      transport.close();
      server.close();
    }
  });
});

/** Answers binding requests (RFC 8489) as a STUN server beyond a NAT, after a while. */
async function startSlowStunServer(): Promise<Socket> {
  const cookie = 0x2112a442;
  const socket = createSocket('udp4');
  socket.on('message', (request, { port, address }) => {
    const answer = Buffer.alloc(32);
    answer.writeUInt16BE(0x0101, 0);
    answer.writeUInt16BE(12, 2);
    request.copy(answer, 4, 4, 20);
    // XOR-MAPPED-ADDRESS, of 8 bytes, IPv4
    answer.writeUInt32BE(0x0020_0008, 20);
    answer.writeUInt16BE(0x0001, 24);
    answer.writeUInt16BE(5000 ^ (cookie >>> 16), 26);
    answer.writeUInt32BE((0xcb_00_71_07 ^ cookie) >>> 0, 28);
    setTimeout(() => socket.send(answer, port, address), 100);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}
