import assert from 'node:assert/strict';
import { once } from 'node:events';

import { describe, it } from 'mocha';
import { pino } from 'pino';

import type { ProcessFailure } from '../../../media-host/supervision/process-failure.js';
import { SupervisedProcess } from '../../../media-host/supervision/supervised-process.js';
import type { SupervisionOptions } from '../../../media-host/supervision/supervised-process.js';
import { FakeClock } from '../fake-clock.js';

import { FakeSpawner } from './fake-child.js';

function supervise(options: Partial<SupervisionOptions> = {}, command = 'worker') {
  const clock = new FakeClock();
  const spawner = new FakeSpawner();
  const states: string[] = [];
  const failures: ProcessFailure[] = [];
  const supervised = new SupervisedProcess(
    { name: 'worker', command, args: ['--flag'], env: { ONLY: 'this' } },
    { logger: pino({ enabled: false }), clock, spawn: spawner.spawn, ...options },
  );
  supervised.on('state', (state) => states.push(state));
  supervised.on('failure', (failure) => failures.push(failure));
  return { clock, spawner, states, failures, supervised };
}

describe('a supervised process', () => {
  it('starts its child with its own environment and nothing else', () => {
    process.env['SHARE_SPACE_TEST_SECRET'] = 'hidden';
    const { supervised, spawner, states } = supervise();
    supervised.start();
    delete process.env['SHARE_SPACE_TEST_SECRET'];

    assert.deepEqual(spawner.calls[0]?.options.env, { ONLY: 'this' });
    assert.equal(spawner.calls[0].options.detached, false);
    assert.deepEqual(spawner.calls[0].args, ['--flag']);
    assert.deepEqual(states, ['starting', 'running']);
  });

  it('waits twice as long after every failure in a row, and 10 s at most', () => {
    const { supervised, spawner, clock } = supervise();
    supervised.start();
    const delays: number[] = [];
    for (let failure = 0; failure < 8; failure += 1) {
      spawner.last.exit(1);
      const [delayMs = NaN] = clock.delaysMs;
      delays.push(delayMs);
      clock.advance(delayMs - 1);
      assert.equal(supervised.state, 'backing-off');
      clock.advance(1);
      assert.equal(supervised.state, 'running');
    }
    assert.deepEqual(delays, [250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  });

  it('forgets earlier failures once a child lived for 10 s', () => {
    const { supervised, spawner, clock } = supervise();
    supervised.start();
    for (const delayMs of [250, 500, 1000]) {
      spawner.last.exit(1);
      clock.advance(delayMs);
    }
    clock.advance(10_000);
    spawner.last.exit(1);
    assert.deepEqual(clock.delaysMs, [250]);
  });

  it('does not count a child that never became ready as healthy', () => {
    const { supervised, spawner, clock } = supervise({
      readiness: { kind: 'message', timeoutMs: 60_000 },
    });
    supervised.start();
    spawner.last.exit(1);
    clock.advance(250);
    clock.advance(20_000);
    spawner.last.exit(1);
    assert.deepEqual(clock.delaysMs, [500]);
  });

  it('is failed, not restarted, when its owner restarts by himself', () => {
    const { supervised, spawner, states, failures, clock } = supervise({ restart: 'never' });
    supervised.start();
    spawner.last.exit(3);
    assert.deepEqual(states, ['starting', 'running', 'failed']);
    assert.equal(failures[0]?.message, 'The process "worker" exited with status 3.');
    assert.deepEqual(clock.delaysMs, []);
    supervised.start();
    assert.equal(supervised.state, 'running');
  });

  it('names the Debian package of a program that is not installed, and does not try again', async () => {
    const { supervised, spawner, states, failures, clock } = supervise({}, '/usr/bin/Xvnc');
    spawner.error = Object.assign(new Error('spawn ENOENT'), { code: 'ENOENT' });
    supervised.start();
    await once(supervised, 'failure');
    assert.deepEqual(states, ['starting', 'failed']);
    assert.equal(failures[0]?.reason, 'missing-program');
    assert.match(failures[0].message, /"Xvnc".*apt-get install tigervnc-standalone-server/);
    assert.deepEqual(clock.delaysMs, []);
  });

  it('tries again when the machine has no room for another process', async () => {
    const { supervised, spawner, clock } = supervise();
    spawner.error = Object.assign(new Error('spawn EAGAIN'), { code: 'EAGAIN' });
    supervised.start();
    await once(supervised, 'failure');
    assert.equal(supervised.state, 'backing-off');
    spawner.error = null;
    clock.advance(250);
    assert.equal(supervised.state, 'running');
  });

  describe('readiness', () => {
    it('comes with the child’s own message', () => {
      const { supervised, spawner } = supervise({
        readiness: { kind: 'message', timeoutMs: 1000 },
      });
      supervised.start();
      assert.equal(supervised.state, 'starting');
      spawner.last.emit('message', { type: 'nonsense' });
      assert.equal(supervised.state, 'starting');
      spawner.last.emit('message', { type: 'ready' });
      assert.equal(supervised.state, 'running');
    });

    it('comes with the probe', async () => {
      const { supervised } = supervise({
        readiness: { kind: 'probe', timeoutMs: 1000, probe: () => Promise.resolve() },
      });
      supervised.start();
      assert.equal(supervised.state, 'starting');
      await once(supervised, 'state');
      assert.equal(supervised.state, 'running');
    });

    it('that does not come in time ends the child', () => {
      const { supervised, spawner, clock, failures } = supervise({
        readiness: { kind: 'message', timeoutMs: 1000 },
      });
      supervised.start();
      clock.advance(1000);
      assert.deepEqual(spawner.last.signals, ['SIGKILL']);
      assert.equal(failures[0]?.reason, 'not-ready');
      assert.equal(supervised.state, 'backing-off');
    });

    it('whose probe fails ends the child', async () => {
      const { supervised, spawner, failures } = supervise({
        readiness: {
          kind: 'probe',
          timeoutMs: 1000,
          probe: () => Promise.reject(new Error('no display')),
        },
      });
      supervised.start();
      await once(supervised, 'failure');
      assert.deepEqual(spawner.last.signals, ['SIGKILL']);
      assert.match(failures[0]?.message ?? '', /no display/);
    });
  });

  describe('heartbeat', () => {
    it('keeps a child alive, and its absence gets it killed and restarted', () => {
      const { supervised, spawner, clock, failures } = supervise({ heartbeatTimeoutMs: 2000 });
      supervised.start();
      for (let beat = 0; beat < 5; beat += 1) {
        clock.advance(1900);
        spawner.last.emit('message', { type: 'heartbeat' });
      }
      assert.deepEqual(spawner.last.signals, []);
      clock.advance(2000);
      assert.deepEqual(spawner.last.signals, ['SIGKILL']);
      assert.equal(failures[0]?.reason, 'hung');
      clock.advance(250);
      assert.equal(supervised.state, 'running');
      assert.equal(spawner.children.length, 2);
    });

    it('is not waited for while the child gets ready', () => {
      const { supervised, spawner, clock } = supervise({
        readiness: { kind: 'message', timeoutMs: 10_000 },
        heartbeatTimeoutMs: 2000,
      });
      supervised.start();
      clock.advance(5000);
      assert.deepEqual(spawner.last.signals, []);
    });
  });

  describe('stop', () => {
    it('asks first, and kills a child that does not listen', async () => {
      const { supervised, spawner, clock, states } = supervise({ killAfterMs: 500 });
      supervised.start();
      spawner.last.deadly = ['SIGKILL'];
      const stopped = supervised.stop();
      assert.equal(supervised.stop(), stopped);
      clock.advance(499);
      assert.deepEqual(spawner.last.signals, ['SIGTERM']);
      clock.advance(1);
      await stopped;
      assert.deepEqual(spawner.last.signals, ['SIGTERM', 'SIGKILL']);
      assert.deepEqual(states, ['starting', 'running', 'stopping', 'stopped']);
      assert.deepEqual(clock.delaysMs, []);
    });

    it('closes the stop pipe of a child that has one', async () => {
      const spawner = new FakeSpawner();
      const supervised = new SupervisedProcess(
        { name: 'w', command: 'w', args: [], env: {}, channels: { stopPipe: true } },
        { logger: pino({ enabled: false }), clock: new FakeClock(), spawn: spawner.spawn },
      );
      supervised.start();
      spawner.last.stdin.once('finish', () => spawner.last.exit(0));
      await supervised.stop();
      assert.deepEqual(spawner.last.signals, []);
    });

    it('during back-off starts nothing more', async () => {
      const { supervised, spawner, clock, states } = supervise();
      supervised.start();
      spawner.last.exit(1);
      await supervised.stop();
      clock.advance(60_000);
      assert.equal(spawner.children.length, 1);
      assert.deepEqual(states, ['starting', 'running', 'backing-off', 'stopped']);
    });

    it('from within the starting event starts nothing', () => {
      const { supervised, spawner } = supervise();
      supervised.once('state', () => void supervised.stop());
      supervised.start();
      assert.equal(supervised.state, 'stopped');
      assert.equal(spawner.children.length, 0);
    });

    it('can be followed by a start', async () => {
      const { supervised, spawner } = supervise();
      supervised.start();
      const stopped = supervised.stop();
      await stopped;
      supervised.start();
      assert.equal(supervised.state, 'running');
      assert.equal(spawner.children.length, 2);
    });

    it('is not taken for a failure', async () => {
      const { supervised, failures } = supervise();
      supervised.start();
      await supervised.stop();
      assert.deepEqual(failures, []);
    });
  });

  describe('output', () => {
    it('of the child is kept for the report, bounded in lines and in length', async () => {
      const { supervised, spawner, failures } = supervise();
      supervised.start();
      const { stderr } = spawner.last;
      for (let line = 0; line < 100; line += 1) stderr.write(`line ${line}\n`);
      stderr.write('x'.repeat(100_000));
      stderr.end('\nlast words');
      await once(stderr, 'end');
      spawner.last.exit(1);

      const tail = failures[0]?.tail ?? [];
      assert.equal(tail.length, 40);
      assert.equal(tail.at(-1), 'last words');
      assert.equal(tail.at(-2), 'x'.repeat(500));
      assert.equal(tail.at(-3), 'line 99');
    });

    it('of a child that is gone is waited for, but not for ever', () => {
      const { supervised, spawner, clock, failures } = supervise();
      supervised.start();
      spawner.last.emit('exit', 1, null);
      assert.equal(failures.length, 0);
      clock.advance(100);
      assert.equal(failures.length, 1);
    });
  });
});
