import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';

import { describe, it } from 'mocha';

import { claimDisplayNumber } from '../../../media-host/desktop/display-number.js';

const lockOf = (number: number): string => `/tmp/.X${number}-lock`;

describe('a display number', () => {
  it('is claimed for one, with a lock as X servers write it, and given back', async () => {
    const [first, second] = await Promise.all([claimDisplayNumber(), claimDisplayNumber()]);
    assert.notEqual(first.number, second.number);
    assert.ok(Math.min(first.number, second.number) >= 100);
    assert.equal(
      readFileSync(lockOf(first.number), 'latin1'),
      `${String(process.pid).padStart(10)}\n`,
    );
    await first.release();
    await second.release();
    assert.equal(existsSync(lockOf(first.number)), false);
    assert.equal(existsSync(lockOf(second.number)), false);
  });

  it('whose owner is gone is taken over', async () => {
    const probe = await claimDisplayNumber();
    await probe.release();
    const gone = execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }).trim();
    writeFileSync(lockOf(probe.number), `${gone.padStart(10)}\n`);
    const claimed = await claimDisplayNumber();
    assert.equal(claimed.number, probe.number);
    await claimed.release();
  });

  it('on whose socket somebody listens without a lock is left alone', async () => {
    const probe = await claimDisplayNumber();
    await probe.release();
    const server = createServer().listen(probe.socketPath);
    try {
      const claimed = await claimDisplayNumber();
      assert.notEqual(claimed.number, probe.number);
      assert.ok(existsSync(probe.socketPath));
      await claimed.release();
    } finally {
      server.close();
      rmSync(lockOf(probe.number), { force: true });
    }
  });
});
