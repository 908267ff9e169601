import assert from 'node:assert/strict';

import { BoundedQueue } from '../../../signaling/limits/bounded-queue.js';
import { FailureLimiter } from '../../../signaling/limits/failure-limiter.js';
import { RateLimitedError } from '../../../signaling/limits/rate-limited-error.js';
import { generatePasscode } from '../../../signaling/passcodes/generate-passcode.js';
import { PasscodeGate } from '../../../signaling/passcodes/passcode-gate.js';
import { hashPasscode, matchesPasscode } from '../../../signaling/passcodes/passcode-hash.js';
import { passcodeHashSchema } from '../../../signaling/store/store-files.js';

const limiter = (): FailureLimiter =>
  new FailureLimiter({ failures: 10, windowSeconds: 60, waitSeconds: 30, maxWaitSeconds: 30 });

describe('a passcode', () => {
  it('is kept as a salted hash that only it matches', async () => {
    const [kept, again] = await Promise.all([hashPasscode('sésame'), hashPasscode('sésame')]);
    assert.notEqual(kept.hash, again.hash);
    assert.deepEqual(passcodeHashSchema.parse(kept), kept);
    assert.equal(await matchesPasscode('sésame', kept), true);
    assert.equal(await matchesPasscode('se\u0301same', kept), true);
    assert.equal(await matchesPasscode('sesame', kept), false);
    assert.equal(await matchesPasscode('', kept), false);
  });

  it('is generated from letters nobody mistakes, and never twice', () => {
    const generated = new Set(Array.from({ length: 200 }, () => generatePasscode(3)));
    assert.equal(generated.size, 200);
    for (const passcode of generated) {
      assert.match(passcode, /^[a-hjkmnp-z2-9]{4}(-[a-hjkmnp-z2-9]{4}){2}$/);
    }
  });
});

describe('the gate that checks passcodes', () => {
  it('lets the right one through and nothing else', async () => {
    const gate = new PasscodeGate(new BoundedQueue(2, 10));
    const kept = await hashPasscode('right');
    assert.equal(await gate.check({ passcode: 'right', kept, limits: [] }), true);
    assert.equal(await gate.check({ passcode: 'wrong', kept, limits: [] }), false);
    assert.equal(await gate.check({ passcode: 'right', kept: undefined, limits: [] }), false);
  });

  it('hashes as much for a room that does not exist', async () => {
    const gate = new PasscodeGate(new BoundedQueue(1, 10));
    const kept = await hashPasscode('right');
    const measure = async (hash: typeof kept | undefined): Promise<number> => {
      const start = performance.now();
      await gate.check({ passcode: 'wrong', kept: hash, limits: [] });
      return performance.now() - start;
    };
    const known: number[] = [];
    const unknown: number[] = [];
    for (let count = 0; count < 10; count += 1) {
      known.push(await measure(kept));
      unknown.push(await measure(undefined));
    }
    // The fastest of each shows the work without the machine's other load.
    const ratio = Math.min(...unknown) / Math.min(...known);
    assert.ok(ratio > 0.5 && ratio < 2, `ratio ${ratio}`);
  });

  it('refuses after ten failures, even when all were tried at once', async () => {
    const gate = new PasscodeGate(new BoundedQueue(2, 64));
    const kept = await hashPasscode('right');
    const limits = [{ limiter: limiter(), key: '10.0.0.1' }];
    const results = await Promise.allSettled(
      Array.from({ length: 200 }, () => gate.check({ passcode: 'wrong', kept, limits })),
    );
    const checked = results.filter(({ status }) => status === 'fulfilled').length;
    assert.ok(checked >= 10 && checked <= 11, `${checked} were checked`);
    await assert.rejects(gate.check({ passcode: 'right', kept, limits }), RateLimitedError);
  });

  it('does not count successes', async () => {
    const gate = new PasscodeGate(new BoundedQueue(2, 64));
    const kept = await hashPasscode('right');
    const limits = [{ limiter: limiter(), key: '10.0.0.1' }];
    const results = await Promise.all(
      Array.from({ length: 30 }, () => gate.check({ passcode: 'right', kept, limits })),
    );
    assert.ok(results.every(Boolean));
  });

  it('refuses when too many wait, whoever they are', async () => {
    const gate = new PasscodeGate(new BoundedQueue(1, 1));
    const kept = await hashPasscode('right');
    const results = await Promise.allSettled(
      Array.from({ length: 4 }, () => gate.check({ passcode: 'right', kept, limits: [] })),
    );
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected', 'rejected'],
    );
  });
});
