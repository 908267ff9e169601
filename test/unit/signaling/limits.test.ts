import assert from 'node:assert/strict';
import { mock } from 'node:test';

import { atMostEvery } from '../../../signaling/limits/at-most-every.js';
import { BoundedQueue, QueueFullError } from '../../../signaling/limits/bounded-queue.js';
import { FailureLimiter } from '../../../signaling/limits/failure-limiter.js';
import { RateLimitedError } from '../../../signaling/limits/rate-limited-error.js';
import { RequestBudget } from '../../../signaling/limits/request-budget.js';
import { FakeClock } from '../fake-clock.js';

/** A task that ends when the test says so. */
class Gate {
  open!: () => void;
  readonly passed = new Promise<void>((resolve) => (this.open = resolve));
}

describe('the bounded queue', () => {
  it('runs a few at once, lets some wait in order and refuses the rest', async () => {
    const queue = new BoundedQueue(2, 2);
    const gates = Array.from({ length: 5 }, () => new Gate());
    const started: number[] = [];
    const runs = gates.map((gate, index) =>
      queue.run(async () => {
        started.push(index);
        await gate.passed;
        return index;
      }),
    );
    await assert.rejects(runs[4]!, QueueFullError);
    assert.deepEqual(started, [0, 1]);
    gates[1]?.open();
    assert.equal(await runs[1], 1);
    gates[2]?.open();
    assert.equal(await runs[2], 2);
    assert.deepEqual(started, [0, 1, 2, 3]);
    gates[0]?.open();
    gates[3]?.open();
    assert.deepEqual(await Promise.all([runs[0], runs[3]]), [0, 3]);
  });

  it('goes on after a task that failed', async () => {
    const queue = new BoundedQueue(1, 1);
    await assert.rejects(
      queue.run(() => Promise.reject(new Error('no'))),
      /no/,
    );
    assert.equal(await queue.run(() => Promise.resolve('yes')), 'yes');
  });
});

describe('limits that count', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'Date'] }));
  afterEach(() => mock.timers.reset());

  const limits = { failures: 3, windowSeconds: 60, waitSeconds: 10, maxWaitSeconds: 25 };

  it('let a few failures through, then make the key wait, longer each time, up to a bound', async () => {
    const limiter = new FailureLimiter(limits);
    for (const expected of [10, 20, 25, 25]) {
      for (let count = 0; count < 3; count += 1) {
        assert.equal(await limiter.waitSecondsOf('10.0.0.1'), 0);
        await limiter.addFailure('10.0.0.1');
      }
      assert.equal(await limiter.waitSecondsOf('10.0.0.1'), expected);
      mock.timers.tick(expected * 1000 - 1);
      assert.equal(await limiter.waitSecondsOf('10.0.0.1'), 1);
      mock.timers.tick(1);
    }
  });

  it('keep keys apart', async () => {
    const limiter = new FailureLimiter(limits);
    for (let count = 0; count < 3; count += 1) await limiter.addFailure('10.0.0.1');
    assert.equal(await limiter.waitSecondsOf('10.0.0.2'), 0);
  });

  it('do not lengthen a wait for failures that were already under way', async () => {
    const limiter = new FailureLimiter(limits);
    for (let count = 0; count < 20; count += 1) await limiter.addFailure('10.0.0.1');
    assert.equal(await limiter.waitSecondsOf('10.0.0.1'), 10);
  });

  it('forget failures after the window', async () => {
    const limiter = new FailureLimiter(limits);
    await limiter.addFailure('10.0.0.1');
    await limiter.addFailure('10.0.0.1');
    mock.timers.tick(60_000);
    await limiter.addFailure('10.0.0.1');
    assert.equal(await limiter.waitSecondsOf('10.0.0.1'), 0);
  });

  it('refuse requests beyond a budget, and say for how long', async () => {
    const budget = new RequestBudget(10, 60);
    await budget.spend('ada', 9);
    mock.timers.tick(20_000);
    await assert.rejects(budget.spend('ada', 2), (error: unknown) => {
      assert.ok(error instanceof RateLimitedError);
      assert.equal(error.code, 'rate-limited');
      assert.equal(error.waitSeconds, 40);
      assert.match(error.message, /try again in 40 s/);
      return true;
    });
    await budget.spend('bob', 10);
    mock.timers.tick(40_000);
    await budget.spend('ada', 10);
  });
});

describe('a gate for logs', () => {
  it('opens once in its time', () => {
    const clock = new FakeClock();
    const mayLog = atMostEvery(1000, clock);
    assert.deepEqual([mayLog(), mayLog()], [true, false]);
    clock.advance(1000);
    assert.deepEqual([mayLog(), mayLog()], [true, false]);
  });
});
