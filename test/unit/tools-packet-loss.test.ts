import assert from 'node:assert/strict';

import { describe, it } from 'mocha';

import { PacketLoss } from '../tools/network/packet-loss.js';
import { seededRandom } from '../tools/network/random.js';

const packets = 200_000;

function fates(loss: number, meanBurst: number, seed = 7): boolean[] {
  const model = new PacketLoss(seededRandom(seed));
  return Array.from({ length: packets }, () => model.next({ loss, meanBurst }));
}

/** Lengths of what was lost in a row. */
function bursts(fate: readonly boolean[]): number[] {
  const text = fate.map((lost) => (lost ? 'x' : '.')).join('');
  return [...text.matchAll(/x+/g)].map(([burst]) => burst.length);
}

const shareOf = (fate: readonly boolean[]): number => fate.filter(Boolean).length / fate.length;
const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe('packet loss', () => {
  it('loses the share asked for, each packet by itself', () => {
    const fate = fates(0.03, 1);
    assert.ok(Math.abs(shareOf(fate) - 0.03) < 0.002, `${shareOf(fate)}`);
    // By chance a loss follows a loss in three of a hundred cases: 1 / (1 - 0.03) in a row.
    assert.ok(Math.abs(meanOf(bursts(fate)) - 1.03) < 0.02);
  });

  it('loses the same share in bursts of the mean length asked for', () => {
    const fate = fates(0.03, 5);
    assert.ok(Math.abs(shareOf(fate) - 0.03) < 0.004, `${shareOf(fate)}`);
    assert.ok(Math.abs(meanOf(bursts(fate)) - 5) < 0.4, `${meanOf(bursts(fate))}`);
  });

  it('loses nothing or everything where that is asked for', () => {
    assert.equal(shareOf(fates(0, 5)), 0);
    assert.equal(shareOf(fates(1, 5)), 1);
  });

  it('loses the same packets again with the same seed, others with another', () => {
    assert.deepEqual(fates(0.05, 3, 1), fates(0.05, 3, 1));
    assert.notDeepEqual(fates(0.05, 3, 1), fates(0.05, 3, 2));
  });
});
