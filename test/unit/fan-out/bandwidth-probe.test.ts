import assert from 'node:assert/strict';

import { beforeEach, describe, it } from 'mocha';

import { BandwidthProbe, probeSizeBytes } from '../../../media-host/fan-out/bandwidth-probe.js';
import {
  decodeMediaMessage,
  type MediaMessage,
} from '../../../signaling/protocol/media-message.js';

describe('a probe of what a path carries', () => {
  let sent: MediaMessage[];
  let results: (number | null)[];
  let probe: BandwidthProbe;

  beforeEach(() => {
    sent = [];
    results = [];
    probe = new BandwidthProbe(
      (message) => sent.push(decodeMediaMessage(new Uint8Array(message))),
      (kbps) => results.push(kbps),
    );
  });

  it('is a burst of padding, one every two seconds', () => {
    probe.check(0);
    probe.check(1000);
    assert.deepEqual(
      sent.map(({ kind, track, sequence, payload }) => [kind, track, sequence, payload.byteLength]),
      [['probe', 'none', 1, probeSizeBytes]],
    );
    probe.answer(1, 0, 1000);
    probe.check(1999);
    assert.equal(sent.length, 1);
    probe.check(2000);
    assert.equal(sent.at(-1)?.sequence, 2);
  });

  it('measures by the time the burst takes beyond that of a small message', () => {
    probe.check(0);
    probe.answer(1, 40, 104);
    assert.deepEqual(results, [1024]);
  });

  it('measures no more than can be told from jitter', () => {
    probe.check(0);
    probe.answer(1, 40, 30);
    assert.deepEqual(results, [50_000]);
  });

  it('has failed when no answer came in time, and the next one is sent', () => {
    probe.check(0);
    probe.check(1500);
    assert.deepEqual(results, []);
    probe.check(2000);
    assert.deepEqual(results, [null]);
    assert.equal(sent.length, 2);
  });

  it('believes one answer to the burst on the way, and no other', () => {
    probe.answer(0, 0, 0);
    probe.check(0);
    probe.answer(2, 0, 50);
    probe.answer(1, 0, 64);
    probe.answer(1, 0, 65);
    probe.check(2000);
    probe.answer(1, 0, 2001);
    assert.deepEqual(results, [1024]);
  });
});
