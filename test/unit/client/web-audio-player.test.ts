import assert from 'node:assert/strict';

import { beforeEach, describe, it } from 'mocha';

import {
  type PacketDecoder,
  WebAudioPlayer,
} from '../../../client/src/media/sound/web-audio-player.js';
import type { MediaMessage } from '../../../signaling/protocol/media-message.js';
import { sampleMessage } from '../pipeline/media-messages.js';

import { FakeAudioContext } from './fake-audio-context.js';
import { useGlobals } from './fake-media-source.js';

const packetSamples = 480;

/** A sound fragment with one packet of 10 ms. */
function packet(sequence: number, captureTimeMs = 1000 + sequence * 10): MediaMessage {
  const mdat = String.fromCharCode(0, 0, 0, 9) + 'mdat' + String.fromCharCode(sequence & 0x7f);
  return sampleMessage({ track: 'audio', sequence, captureTimeMs }, mdat).message;
}

/** A decoder that is loaded, or found broken, when a test says so. */
class FakeDecoder implements PacketDecoder {
  readonly decoded: number[] = [];
  freed = 0;
  load: () => void = () => undefined;
  break: () => void = () => undefined;
  readonly ready = new Promise<void>((resolve, reject) => {
    this.load = resolve;
    this.break = () => {
      reject(new Error('broken'));
    };
  });

  readonly decodeFrame: PacketDecoder['decodeFrame'] = (frame) => {
    this.decoded.push(frame[0] ?? NaN);
    const channel = new Float32Array(packetSamples);
    return {
      channelData: [channel, channel],
      samplesDecoded: packetSamples,
      sampleRate: 48_000,
      errors: [],
    };
  };

  readonly free = (): void => {
    this.freed += 1;
  };
}

describe('sound by Web Audio', () => {
  let decoder: FakeDecoder;
  let context: FakeAudioContext;
  let player: WebAudioPlayer;
  let blockedChanges: boolean[];
  let failures: Error[];

  useGlobals({ AudioContext: FakeAudioContext, document: new EventTarget() });

  beforeEach(() => {
    decoder = new FakeDecoder();
    blockedChanges = [];
    failures = [];
    player = new WebAudioPlayer(decoder, {
      onBlockedChange: (blocked) => blockedChanges.push(blocked),
      onFailed: (error) => failures.push(error),
    });
    context = FakeAudioContext.newest!;
  });

  async function load(): Promise<void> {
    decoder.load();
    await decoder.ready;
  }

  it('plays packets at the distances they had on the desktop', async () => {
    await load();
    player.push(packet(1, 1000));
    player.push(packet(2, 1010));
    player.push(packet(4, 1030));
    const [first, second, third] = context.started;
    assert.ok(first && second && third);
    assert.ok(first.at > context.currentTime && first.at < context.currentTime + 0.1);
    assert.ok(Math.abs(second.at - first.at - 0.01) < 1e-6);
    assert.ok(Math.abs(third.at - first.at - 0.03) < 1e-6);
    assert.equal(first.samples, packetSamples);
  });

  it('plays what came while the decoder was loading, the newest second of it', async () => {
    for (let sequence = 1; sequence <= 150; sequence += 1) player.push(packet(sequence));
    await load();
    const newest = Array.from({ length: 100 }, (_, at) => (at + 51) % 128);
    assert.deepEqual(decoder.decoded, newest);
  });

  it('leaves out a packet that comes after a newer one, until another stream begins', async () => {
    await load();
    player.push(packet(8));
    player.push(packet(7));
    player.push(packet(8));
    assert.deepEqual(decoder.decoded, [8]);
    player.push(sampleMessage({ track: 'audio', kind: 'init' }, 'init').message);
    player.push(packet(1));
    assert.deepEqual(decoder.decoded, [8, 1]);
  });

  it('takes sequence numbers as newer also when they wrap', async () => {
    await load();
    player.push(packet(0xffff_ffff));
    player.push(packet(0));
    assert.equal(decoder.decoded.length, 2);
  });

  it('leaves out a fragment without a packet', async () => {
    await load();
    player.push(sampleMessage({ track: 'audio', sequence: 1 }, 20).message);
    assert.deepEqual(context.started, []);
  });

  it('decodes nothing while the browser holds sound back, and tells when it stops to', async () => {
    await load();
    context.setState('suspended');
    assert.equal(player.blocked, true);
    player.push(packet(1));
    assert.deepEqual(decoder.decoded, []);
    await player.unlock();
    assert.deepEqual(blockedChanges, [true, false]);
    player.push(packet(2));
    assert.deepEqual(decoder.decoded, [2]);
  });

  it('stays blocked, and no more, when the browser refuses to unlock', async () => {
    context.setState('suspended');
    context.refusal = new Error('refused');
    await player.unlock();
    assert.equal(player.blocked, true);
  });

  it('fails when the decoder cannot be loaded', async () => {
    decoder.break();
    await assert.rejects(decoder.ready);
    assert.equal(failures.length, 1);
  });

  it('does not fail any more once it is closed', async () => {
    player.close();
    decoder.break();
    await assert.rejects(decoder.ready);
    assert.deepEqual(failures, []);
    assert.equal(decoder.freed, 0);
  });

  it('frees decoder and context once when it is closed, and is silent from then on', async () => {
    await load();
    player.close();
    player.close();
    await decoder.ready;
    assert.equal(decoder.freed, 1);
    assert.equal(context.state, 'closed');
    player.push(packet(1));
    assert.deepEqual(decoder.decoded, []);
    assert.deepEqual(blockedChanges, []);
  });

  it('sets the volume', () => {
    player.setVolume(0.25);
    assert.deepEqual(context.volumes, [0.25]);
  });
});
