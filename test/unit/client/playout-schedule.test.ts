import assert from 'node:assert/strict';

import { beforeEach, describe, it } from 'mocha';

import { PlayoutSchedule } from '../../../client/src/media/sound/playout-schedule.js';

const packetSeconds = 0.01;
/** The clocks of host and audio differ by this much, as they always do. */
const hostClockSeconds = 1_790_000_000;

describe('the playout of sound', () => {
  let schedule: PlayoutSchedule;
  let captured: number;

  beforeEach(() => {
    schedule = new PlayoutSchedule();
    captured = 0;
  });

  interface Played {
    readonly arrived: number;
    /** When it plays on the audio clock; null when it is left out. */
    readonly at: number | null;
  }

  /** The next packet, `delay` seconds under way. */
  function packet(delay: number): Played {
    const arrived = captured + delay;
    const at = schedule.timeFor(hostClockSeconds + captured, packetSeconds, arrived);
    captured += packetSeconds;
    return { arrived, at };
  }

  /** The next packet; gives when it plays, seconds after it was heard. */
  function latencyOf(delay: number): number {
    const heard = captured;
    const { at } = packet(delay);
    assert.ok(at !== null);
    return at - heard;
  }

  const nearly = (actual: number, expected: number): void =>
    assert.ok(Math.abs(actual - expected) < 1e-5, `${actual} is not ${expected}`);

  it('keeps packets as far apart as they were, however they arrive', () => {
    const latencies = [20, 25, 21, 29, 20, 22].map((ms) => latencyOf(ms / 1000));
    for (const latency of latencies) nearly(latency, latencies[0] ?? NaN);
  });

  it('plays nothing in the past', () => {
    for (const ms of [20, 60, 20, 150, 20, 20, 400, 20]) {
      const { at, arrived } = packet(ms / 1000);
      assert.ok(at !== null && at > arrived, `${ms} ms: ${String(at)} after ${arrived}`);
    }
  });

  it('gives more time after a packet that came too late, and keeps to it', () => {
    const before = latencyOf(0.02);
    const late = latencyOf(0.08);
    assert.ok(late > before);
    nearly(latencyOf(0.02), late);
    // A second one as late is no longer too late.
    nearly(latencyOf(0.08), late);
  });

  it('plays no packet over another, whatever the network does', () => {
    let end = -Infinity;
    let leftOut = 0;
    for (let count = 0; count < 5000; count += 1) {
      const { at } = packet(count % 1500 === 1 ? 0.3 : 0.02 + (count % 7) / 1000);
      if (at === null) {
        leftOut += 1;
        continue;
      }
      assert.ok(at >= end - 0.003, `packet ${count} begins ${end - at} s too early`);
      end = at + packetSeconds;
    }
    // What is left out is the time taken back, not more.
    assert.ok(leftOut > 0 && leftOut < 4 * (0.3 / packetSeconds), `${leftOut} left out`);
  });

  it('takes time back that no packet needed for a while', () => {
    packet(0.02);
    const slow = latencyOf(0.12);
    for (let count = 0; count < 1000; count += 1) packet(0.02);
    const latency = latencyOf(0.02);
    assert.ok(latency < slow - 0.05, `still ${latency} s after ${slow} s`);
    // Enough is left that a packet as late as any of these is not too late.
    assert.ok(latency >= 0.02 + 0.01);
  });

  it('takes back no time that packets do need', () => {
    packet(0.02);
    const slow = latencyOf(0.12);
    for (let count = 0; count < 1000; count += 1) {
      const { at } = packet(count % 100 === 0 ? 0.11 : 0.02);
      // The one way to be left out here would be a delay that grew anew: one too short before.
      if (count > 300) assert.ok(at !== null, `packet ${count} was left out`);
    }
    const latency = latencyOf(0.02);
    assert.ok(latency > 0.11 && latency <= slow, `${latency} s after ${slow} s`);
  });

  it('begins anew when the clock it follows jumps', () => {
    packet(0.02);
    captured += 30;
    assert.ok(latencyOf(-29.9) < 1);
    captured -= 20;
    // One second later everything scheduled before has been played.
    captured += 1;
    const { at, arrived } = packet(0.02);
    assert.ok(at !== null && at > arrived && at < arrived + 0.1);
  });
});
