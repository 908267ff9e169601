import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';

import { beforeEach, describe, it } from 'mocha';

import { RemoteCandidates } from '../../../client/src/transport/remote-candidates.js';
import { ViewerConnection } from '../../../client/src/transport/viewer-connection.js';
import type { DataConsumerLabel, PageWebRtcOffer } from '../../../signaling/protocol/transport.js';

import { FakeDevice, transportOptions } from './fake-peer.js';
import { useFakeWindow } from './fake-window.js';

const consumer = (
  label: DataConsumerLabel,
  streamId: number,
): PageWebRtcOffer['consumers'][number] => ({
  id: `consumer-${label}`,
  dataProducerId: `broadcast-${label}`,
  label,
  protocol: '',
  sctpStreamParameters: { streamId, ordered: true },
});

const offer: PageWebRtcOffer = {
  via: 'webrtc',
  viewerId: 'viewer',
  transport: transportOptions('receive'),
  consumers: [consumer('video', 0), consumer('audio', 1)],
  ice: { iceServers: [], icePolicy: 'all' },
};

/** Longer than a channel may take to open, ms. */
const tooLongMs = 10_000;

describe('the connection of a viewer', () => {
  const clock = useFakeWindow();
  let device: FakeDevice;
  let connection: ViewerConnection;
  let losses: string[];
  let doubts: number;
  let asked: string[];
  let candidates: RemoteCandidates;

  beforeEach(async () => {
    device = await FakeDevice.load();
    losses = [];
    doubts = 0;
    asked = [];
    candidates = new RemoteCandidates();
    connection = new ViewerConnection(
      device,
      {
        connect: (transportId) => {
          asked.push(`connect ${transportId}`);
          return Promise.resolve();
        },
        candidate: () => undefined,
        feedCandidates: (transportId, peer) => candidates.feed(transportId, peer),
        openSend: () => Promise.resolve(transportOptions('send')),
        produce: (transportId, label) => {
          asked.push(`produce ${label} on ${transportId}`);
          return Promise.resolve(`producer-${label}`);
        },
      },
      {
        onMessage: () => undefined,
        onDoubt: () => (doubts += 1),
        onLost: (why) => losses.push(why),
      },
    );
  });

  /** Lets what is on its way arrive: mediasoup-client hands calls through a queue of promises. */
  async function untilMade(...labels: string[]): Promise<void> {
    while (!labels.every((label) => device.has(label))) await setImmediate();
    await setImmediate();
  }

  async function openReceive(): Promise<void> {
    const opened = connection.openReceive(offer);
    await untilMade('video', 'audio');
    device.channel('video').open();
    device.channel('audio').open();
    await opened;
  }

  async function openBoth(): Promise<void> {
    await openReceive();
    const opened = connection.openSend();
    await untilMade('feedback', 'input');
    device.channel('feedback').open();
    device.channel('input').open();
    await opened;
    assert.deepEqual(losses, []);
  }

  it('is open when the channels of both ways are, and leaves no timer behind', async () => {
    await openBoth();
    assert.deepEqual(asked, [
      'connect receive',
      'connect send',
      'produce feedback on send',
      'produce input on send',
    ]);
    assert.equal(clock.pending, 0);
    connection.sendFeedback({ type: 'ack', sequence: 7 });
    assert.deepEqual(device.channel('feedback').sent, ['{"type":"ack","sequence":7}']);
  });

  for (const direction of ['recv', 'send'] as const) {
    it(`is lost when its ${direction} transport fails`, async () => {
      await openBoth();
      device.setState(direction, 'failed');
      assert.deepEqual(losses, ['transport failed']);
    });

    it(`is lost when its ${direction} transport stays disconnected`, async () => {
      await openBoth();
      device.setState(direction, 'disconnected');
      clock.advance(1999);
      assert.deepEqual(losses, []);
      clock.advance(1);
      assert.deepEqual(losses, ['transport disconnected']);
    });

    it(`goes on when its ${direction} transport is back in time`, async () => {
      await openBoth();
      device.setState(direction, 'disconnected');
      clock.advance(1000);
      device.setState(direction, 'connected');
      clock.advance(tooLongMs);
      assert.deepEqual(losses, []);
    });
  }

  it('misses one transport whatever the other says', async () => {
    await openBoth();
    device.setState('send', 'disconnected');
    device.setState('recv', 'connected');
    clock.advance(2000);
    assert.deepEqual(losses, ['transport disconnected']);
  });

  for (const label of ['video', 'audio', 'feedback', 'input']) {
    it(`is lost, once, when the ${label} channel ends`, async () => {
      await openBoth();
      device.channel(label).end();
      device.setState('send', 'failed');
      assert.deepEqual(losses, ['channel closed']);
      assert.equal(clock.pending, 0);
    });
  }

  it('is lost when what it receives by does not open', async () => {
    const opened = assert.rejects(connection.openReceive(offer), /channel did not open/);
    await untilMade('video', 'audio');
    device.channel('video').open();
    clock.advance(tooLongMs);
    await opened;
    assert.deepEqual(losses, ['channel did not open']);
  });

  it('is lost when what it sends by does not open', async () => {
    await openReceive();
    const opened = assert.rejects(connection.openSend(), /channel did not open/);
    await untilMade('feedback', 'input');
    device.channel('feedback').open();
    clock.advance(tooLongMs);
    await opened;
    assert.deepEqual(losses, ['channel did not open']);
  });

  it('is lost when the other side sends what is no message', async () => {
    await openBoth();
    device.channel('video').receive(Uint8Array.of(0xff, 1, 2));
    assert.equal(losses.length, 1);
  });

  it('takes candidates of the media host that come before its transports are there', async () => {
    candidates.deliver('receive', 'candidate:1');
    candidates.deliver('send', 'candidate:2');
    await openBoth();
    candidates.deliver('send', 'candidate:3');
    assert.deepEqual(device.candidates('recv'), ['candidate:1']);
    assert.deepEqual(device.candidates('send'), ['candidate:2', 'candidate:3']);
    connection.close();
    candidates.deliver('send', 'candidate:4');
    assert.equal(device.candidates('send').length, 2);
  });

  it('is not lost but closed when it is closed, and stops waiting', async () => {
    const opened = assert.rejects(connection.openReceive(offer), /transport closed/);
    await untilMade('video', 'audio');
    connection.close();
    await opened;
    assert.deepEqual(losses, []);
    assert.equal(clock.pending, 0);
  });
});
