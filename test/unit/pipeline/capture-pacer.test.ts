import assert from 'node:assert/strict';

import { beforeEach, describe, it } from 'mocha';

import { CapturePacer } from '../../../media-host/pipeline/capture/capture-pacer.js';
import { FakeClock } from '../fake-clock.js';

const framesPerSecond = 30;
const intervalMs = 1000 / framesPerSecond;

describe('the capture pacer', () => {
  let clock: FakeClock;
  let capturedAtMs: number[];
  let pacer: CapturePacer;
  /** How long a capture takes; null for one that never ends. */
  let captureMs: number | null;

  beforeEach(() => {
    clock = new FakeClock();
    capturedAtMs = [];
    captureMs = 0;
    pacer = new CapturePacer(
      framesPerSecond,
      () => {
        capturedAtMs.push(clock.now());
        if (captureMs !== null) clock.schedule(captureMs, () => pacer.captured());
      },
      clock,
    );
  });

  /** Draws `perSecond` times a second; gives for each capture how old the newest drawing was, ms. */
  function draw(perSecond: number, seconds: number): number[] {
    const drawnAtMs: number[] = [];
    for (let at = 0; at < seconds * perSecond; at += 1) {
      drawnAtMs.push(clock.now());
      pacer.change();
      clock.advance(1000 / perSecond);
    }
    return capturedAtMs.map(
      (atMs) => atMs - Math.max(...drawnAtMs.filter((drawn) => drawn <= atMs + 1e-6)),
    );
  }

  it('looks at once when the screen changes after a rest', () => {
    pacer.start();
    clock.advance(1000);
    pacer.change();
    assert.deepEqual(capturedAtMs, [1000]);
    clock.advance(500);
    pacer.change();
    assert.deepEqual(capturedAtMs, [1000, 1500]);
  });

  it('takes every second change of a program that draws twice as often, however unevenly', () => {
    pacer.start();
    const uneven = [0, 1.8, -1.5, 0.4, 2, -2, 1.1, -0.7, 1.9, -1.8];
    for (let at = 1; at <= 240; at += 1) {
      const dueMs = (at * intervalMs) / 2 + (uneven[at % uneven.length] ?? 0);
      clock.advance(dueMs - clock.now());
      pacer.change();
    }
    // After a rest the second picture may follow sooner.
    const settled = capturedAtMs.slice(1);
    const apartMs = settled.slice(1).map((atMs, index) => atMs - (settled[index] ?? 0));
    assert.ok(Math.min(...apartMs) > intervalMs * 0.8, `${Math.min(...apartMs)} ms apart`);
    assert.ok(Math.max(...apartMs) < intervalMs * 1.2, `${Math.max(...apartMs)} ms apart`);
  });

  it('does not look while nothing changes', () => {
    pacer.start();
    pacer.change();
    clock.advance(60_000);
    assert.equal(capturedAtMs.length, 1);
    assert.deepEqual(clock.delaysMs, []);
  });

  it('does not look while it is stopped, and catches up on what changed when started', () => {
    pacer.change();
    clock.advance(1000);
    assert.equal(capturedAtMs.length, 0);
    pacer.start();
    assert.equal(capturedAtMs.length, 1);
  });

  it('leaves no timer behind when it is stopped', () => {
    pacer.start();
    pacer.change();
    clock.advance(1);
    pacer.change();
    assert.equal(clock.delaysMs.length, 1);
    pacer.stop();
    assert.deepEqual(clock.delaysMs, []);
    clock.advance(1000);
    assert.equal(capturedAtMs.length, 1);
  });

  it('keeps the frame rate on average however often the screen changes', () => {
    for (const perSecond of [60, 75, 144, 1000]) {
      capturedAtMs.length = 0;
      const seconds = 20;
      pacer.start();
      draw(perSecond, seconds);
      pacer.stop();
      const most = seconds * framesPerSecond + 1;
      assert.ok(capturedAtMs.length <= most, `${capturedAtMs.length} at ${perSecond} Hz`);
      assert.ok(capturedAtMs.length >= most - 3, `${capturedAtMs.length} at ${perSecond} Hz`);
      clock.advance(1000);
    }
  });

  it('does not make up for a pause with a burst', () => {
    pacer.start();
    draw(60, 1);
    clock.advance(10_000);
    capturedAtMs.length = 0;
    draw(1000, 1);
    const soon = capturedAtMs.filter((atMs) => atMs < (capturedAtMs[0] ?? 0) + 3 * intervalMs);
    assert.ok(soon.length <= 4, `${soon.length} captures within three intervals`);
  });

  it('falls into step with a program that draws at twice the frame rate', () => {
    pacer.start();
    const agesMs = draw(60, 5).slice(3);
    assert.ok(agesMs.length >= 140);
    assert.ok(Math.max(...agesMs) < 0.5, `${Math.max(...agesMs)} ms`);
  });

  it('captures every frame of a slower program the moment it is drawn', () => {
    pacer.start();
    const agesMs = draw(25, 5);
    assert.equal(agesMs.length, 125);
    assert.ok(Math.max(...agesMs) < 0.5, `${Math.max(...agesMs)} ms`);
  });

  it('shows the last change of a burst within a frame interval', () => {
    pacer.start();
    pacer.change();
    clock.advance(2);
    pacer.change();
    clock.advance(1000);
    assert.equal(capturedAtMs.length, 2);
    assert.ok((capturedAtMs[1] ?? Infinity) <= 2 + intervalMs);
  });

  it('begins no capture before the one before is done', () => {
    captureMs = null;
    pacer.start();
    pacer.change();
    for (let at = 0; at < 100; at += 1) {
      clock.advance(10);
      pacer.change();
    }
    assert.equal(capturedAtMs.length, 1);
    pacer.captured();
    assert.equal(capturedAtMs.length, 2);
  });

  it('looks no more once a slow capture showed everything', () => {
    captureMs = 100;
    pacer.start();
    pacer.change();
    clock.advance(1000);
    assert.equal(capturedAtMs.length, 1);
  });
});
