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

  it('is a small message and a burst of padding, every two seconds', () => {
    probe.check(0);
    probe.check(1000);
    probe.answer(1, 1000);
    assert.deepEqual(
      sent.map(({ kind, track, sequence, payload }) => [kind, track, sequence, payload.byteLength]),
      [
        ['probe', 'none', 1, 0],
        ['probe', 'none', 2, probeSizeBytes],
      ],
    );
    probe.answer(2, 1100);
    probe.check(1999);
    assert.equal(sent.length, 2);
    probe.check(2000);
    assert.equal(sent.at(-1)?.sequence, 3);
  });

  it('measures by the time the burst takes beyond that of a small message', () => {
    probe.check(0);
    probe.answer(1, 40);
    probe.answer(2, 40 + 104);
    assert.deepEqual(results, [1024]);
  });

  it('takes the fastest of the last small messages, since one may have been held up', () => {
    probe.check(0);
    probe.answer(1, 40);
    probe.answer(2, 144);
    probe.check(2000);
    probe.answer(3, 2090);
    probe.answer(4, 2194);
    assert.deepEqual(results, [1024, 1024]);
  });

  it('measures no more than can be told from jitter', () => {
    probe.check(0);
    probe.answer(1, 40);
    probe.answer(2, 70);
    assert.deepEqual(results, [50_000]);
  });

  it('has failed when no answer came in time, and the next one is sent', () => {
    probe.check(0);
    probe.check(1500);
    assert.deepEqual(results, []);
    probe.check(2000);
    assert.deepEqual(results, [null]);
    assert.equal(sent.length, 2);
    probe.answer(2, 2010);
    probe.check(4000);
    assert.deepEqual(results, [null, null]);
  });

  it('believes one answer to what is on the way, and no other', () => {
    probe.answer(0, 0);
    probe.check(0);
    probe.answer(2, 30);
    probe.answer(1, 40);
    probe.answer(1, 45);
    probe.answer(2, 144);
    probe.answer(2, 145);
    assert.deepEqual(results, [1024]);
    assert.equal(sent.length, 2);
  });
});
