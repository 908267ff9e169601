import assert from 'node:assert/strict';

import { describe, it } from 'mocha';

import { type LinkConditions, cleanLink } from '../tools/network/link-conditions.js';
import { LinkDirection } from '../tools/network/link-direction.js';
import { seededRandom } from '../tools/network/random.js';

import { FakeClock } from './fake-clock.js';

interface Arrival {
  readonly atMs: number;
  readonly mark: number;
}

/** A direction whose arrivals are noted; packets are marked in their first byte. */
class LinkUnderTest {
  readonly clock = new FakeClock();
  readonly arrivals: Arrival[] = [];
  readonly direction: LinkDirection;
  #conditions: LinkConditions;

  constructor(conditions: Partial<LinkConditions>) {
    this.#conditions = { ...cleanLink, ...conditions };
    this.direction = new LinkDirection(
      this.#conditions,
      seededRandom(3),
      this.clock,
      (packet) => void this.arrivals.push({ atMs: this.clock.now(), mark: packet[0] ?? NaN }),
    );
  }

  send(count: number, sizeBytes = 1000): void {
    for (let mark = 0; mark < count; mark += 1) {
      this.direction.send(Buffer.alloc(sizeBytes, mark));
    }
  }

  change(conditions: Partial<LinkConditions>): void {
    this.#conditions = { ...this.#conditions, ...conditions };
    this.direction.change(this.#conditions);
  }

  get times(): number[] {
    return this.arrivals.map(({ atMs }) => atMs);
  }
}

describe('one direction of a link', () => {
  it('delivers at once where nothing is asked of it', () => {
    const link = new LinkUnderTest({});
    link.send(3);
    assert.deepEqual(link.arrivals, [
      { atMs: 0, mark: 0 },
      { atMs: 0, mark: 1 },
      { atMs: 0, mark: 2 },
    ]);
    assert.deepEqual(link.clock.delaysMs, []);
  });

  it('delivers after the delay', () => {
    const link = new LinkUnderTest({ delayMs: 20 });
    link.send(1);
    link.clock.advance(5);
    link.send(1);
    link.clock.advance(100);
    assert.deepEqual(link.times, [20, 25]);
  });

  it('varies the delay by the jitter and lets no packet overtake another', () => {
    const link = new LinkUnderTest({ delayMs: 50, jitterMs: 20 });
    for (let mark = 0; mark < 200; mark += 1) {
      link.direction.send(Buffer.alloc(10, mark));
      link.clock.advance(30);
    }
    link.clock.advance(100);
    const delays = link.times.map((atMs, at) => atMs - at * 30);
    assert.ok(Math.min(...delays) < 34 && Math.max(...delays) > 66);
    assert.ok(Math.min(...delays) >= 30 && Math.max(...delays) <= 71);
    assert.deepEqual(
      link.arrivals.map(({ mark }) => mark),
      Array.from({ length: 200 }, (_, at) => at),
    );
  });

  it('carries packets one after another at its rate', () => {
    const link = new LinkUnderTest({ rateKbps: 800, delayMs: 5 });
    link.send(3);
    link.clock.advance(100);
    // 1000 bytes at 800 kbit/s take 10 ms.
    assert.deepEqual(link.times, [15, 25, 35]);
  });

  it('is idle again after a pause and saves up nothing for later', () => {
    const link = new LinkUnderTest({ rateKbps: 800 });
    link.send(1);
    link.clock.advance(1000);
    link.send(2);
    link.clock.advance(1000);
    assert.deepEqual(link.times, [10, 1010, 1020]);
  });

  it('drops what its queue in milliseconds cannot hold, from the tail, and counts it', () => {
    const link = new LinkUnderTest({ rateKbps: 800, queue: { ms: 30 } });
    link.send(5);
    link.clock.advance(1000);
    assert.deepEqual(
      link.arrivals.map(({ mark }) => mark),
      [0, 1, 2],
    );
    assert.equal(link.direction.counters.queueDrops, 2);
    assert.equal(link.direction.counters.carried, 3);
    assert.equal(link.direction.counters.carriedBytes, 3000);
  });

  it('drops what its queue in bytes cannot hold', () => {
    const link = new LinkUnderTest({ rateKbps: 800, queue: { bytes: 2500 } });
    link.send(5);
    link.clock.advance(1000);
    assert.equal(link.direction.counters.queueDrops, 3);
  });

  it('holds a bounded amount even without a rate', () => {
    const link = new LinkUnderTest({ delayMs: 60_000 });
    link.send(300, 65_000);
    assert.equal(link.direction.counters.queueDrops, 300 - Math.floor(2 ** 24 / 65_000));
  });

  it('loses packets after they have used the link, and counts them', () => {
    const link = new LinkUnderTest({ rateKbps: 800, loss: 0.5, queue: { ms: 10_000 } });
    link.send(100);
    link.clock.advance(10_000);
    const { lost, carried } = link.direction.counters;
    assert.equal(lost + carried, 100);
    assert.ok(lost > 30 && lost < 70, `${lost} lost`);
    assert.ok(link.times.every((atMs) => atMs % 10 === 0));
  });

  it('changes its rate for what waits and what comes', () => {
    const link = new LinkUnderTest({ rateKbps: 800, queue: { ms: 1000 } });
    link.send(4);
    link.clock.advance(20);
    link.change({ rateKbps: 8000 });
    link.clock.advance(100);
    assert.deepEqual(link.times, [10, 20, 21, 22]);
  });

  it('lets what travels arrive as it would have when the delay shrinks', () => {
    const link = new LinkUnderTest({ delayMs: 100 });
    link.send(1);
    link.clock.advance(10);
    link.change({ delayMs: 0 });
    link.send(1);
    link.clock.advance(200);
    assert.deepEqual(link.times, [100, 100]);
  });

  it('delivers nothing more and has no timer once it is closed', () => {
    const link = new LinkUnderTest({ delayMs: 10, rateKbps: 800 });
    link.send(3);
    link.direction.close();
    link.clock.advance(1000);
    assert.deepEqual(link.arrivals, []);
    assert.deepEqual(link.clock.delaysMs, []);
  });

  const nonsense: readonly Partial<LinkConditions>[] = [
    { delayMs: -1 },
    { jitterMs: NaN },
    { loss: 3 },
    { meanBurst: 0 },
    { rateKbps: 0 },
    { queue: { bytes: 0 } },
  ];
  for (const conditions of nonsense) {
    it(`refuses ${JSON.stringify(conditions)}`, () => {
      assert.throws(() => new LinkUnderTest(conditions), RangeError);
    });
  }
});
