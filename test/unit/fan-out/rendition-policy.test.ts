import assert from 'node:assert/strict';

import { beforeEach, describe, it } from 'mocha';

import { RenditionPolicy } from '../../../media-host/fan-out/rendition-policy.js';

const mainKbps = 4000;
/** What a path carries that carries the main rendition, with room to spare. */
const plentyKbps = 20_000;
const littleKbps = 800;

describe('what rendition a viewer gets', () => {
  let policy: RenditionPolicy;
  /** Past the time in which the main rendition is on trial. */
  const settledMs = 20_000;

  beforeEach(() => {
    policy = new RenditionPolicy();
    policy.started(0);
  });

  /** @returns ms until probes that are this good, one every two seconds, bring the main rendition; at most a minute */
  function msUntilMain(fromMs: number, kbps = plentyKbps): number | null {
    for (let nowMs = fromMs; nowMs <= fromMs + 60_000; nowMs += 2000) {
      policy.probed(kbps, nowMs);
      if (policy.rendition === 'main') return nowMs - fromMs;
    }
    return null;
  }

  /** @param excessMs how much later than on an empty path, of 40 ms */
  const acknowledged = (excessMs: number, nowMs: number): void =>
    policy.acknowledged(excessMs, 40, mainKbps, nowMs);

  const leaveMain = (nowMs: number): void => policy.drained(littleKbps, mainKbps, nowMs);

  it('is the main one at first', () => {
    assert.equal(policy.rendition, 'main');
    assert.equal(policy.wantsProbes, false);
  });

  it('is the small one when what was on the way came slower than the main one and some takes', () => {
    policy.lagged(mainKbps, settledMs);
    assert.equal(policy.rendition, 'main');
    policy.drained(mainKbps * 1.4, mainKbps, settledMs + 100);
    assert.equal(policy.rendition, 'main');
    policy.drained(mainKbps * 1.2, mainKbps, settledMs + 200);
    assert.equal(policy.rendition, 'small');
    assert.equal(policy.wantsProbes, true);
  });

  it('is the small one at the second lag within ten seconds, not at one now and then', () => {
    policy.lagged(mainKbps, settledMs);
    policy.lagged(mainKbps, settledMs + 10_000);
    assert.equal(policy.rendition, 'main');
    policy.lagged(mainKbps, settledMs + 19_999);
    assert.equal(policy.rendition, 'small');
  });

  it('is the small one when pictures are late for a second on end', () => {
    acknowledged(300, settledMs);
    acknowledged(300, settledMs + 999);
    assert.equal(policy.rendition, 'main');
    acknowledged(299, settledMs + 1000);
    acknowledged(400, settledMs + 1100);
    acknowledged(400, settledMs + 2099);
    assert.equal(policy.rendition, 'main');
    acknowledged(400, settledMs + 2100);
    assert.equal(policy.rendition, 'small');
  });

  it('is the main one again after two good probes in a row, but not at once', () => {
    leaveMain(settledMs);
    policy.probed(plentyKbps, settledMs + 5000);
    policy.probed(littleKbps, settledMs + 7000);
    policy.probed(plentyKbps, settledMs + 9000);
    assert.equal(policy.rendition, 'small');
    policy.probed(plentyKbps, settledMs + 11_000);
    assert.equal(policy.rendition, 'main');
    assert.equal(policy.wantsProbes, false);
  });

  it('is not the main one again within five seconds, nor while it carries the small one badly', () => {
    leaveMain(settledMs);
    policy.probed(plentyKbps, settledMs + 1000);
    policy.probed(plentyKbps, settledMs + 3000);
    acknowledged(400, settledMs + 5000);
    policy.probed(plentyKbps, settledMs + 5500);
    assert.equal(policy.rendition, 'small');
    policy.probed(plentyKbps, settledMs + 8000);
    assert.equal(policy.rendition, 'main');
  });

  it('is not the main one again while pictures are sent twice on the way, as where packets are lost', () => {
    leaveMain(settledMs);
    for (let at = 0; at < 3; at += 1) acknowledged(81, settledMs + 4000 + at);
    assert.equal(msUntilMain(settledMs + 6000), 8000);
    leaveMain(settledMs + 40_000);
    for (let at = 0; at < 3; at += 1) acknowledged(80, settledMs + 44_000 + at);
    assert.equal(msUntilMain(settledMs + 46_000), 2000);
  });

  it('is the small one again at the first late picture just after the change', () => {
    leaveMain(settledMs);
    const triedMs = settledMs + (msUntilMain(settledMs) ?? NaN);
    acknowledged(299, triedMs + 1000);
    assert.equal(policy.rendition, 'main');
    acknowledged(300, triedMs + 2000);
    assert.equal(policy.rendition, 'small');
  });

  it('is not the main one again when a probe carries less than that takes, or nothing', () => {
    leaveMain(settledMs);
    assert.equal(msUntilMain(settledMs, mainKbps * 1.2), null);
    policy.probed(plentyKbps, settledMs + 70_000);
    policy.probed(null, settledMs + 72_000);
    policy.probed(plentyKbps, settledMs + 74_000);
    assert.equal(policy.rendition, 'small');
  });

  it('asks a probe for what can be told, whatever the main rendition takes', () => {
    policy.drained(10, 100, settledMs);
    assert.equal(msUntilMain(settledMs, 1400), null);
    assert.notEqual(msUntilMain(settledMs + 70_000, 1600), null);
    policy.drained(littleKbps, 50_000, settledMs + 200_000);
    assert.notEqual(msUntilMain(settledMs + 200_000, 8000), null);
  });

  it('is the main one ever more rarely while probes promise too much', () => {
    const waits: (number | null)[] = [];
    let nowMs = settledMs;
    for (let at = 0; at < 4; at += 1) {
      leaveMain(nowMs);
      const waitedMs = msUntilMain(nowMs);
      waits.push(waitedMs);
      nowMs += (waitedMs ?? 0) + 1000;
    }
    assert.deepEqual(waits, [6000, 10_000, 20_000, 40_000]);
  });

  it('is tried again soon on a path that was slow and now is not', () => {
    let nowMs = settledMs;
    for (let at = 0; at < 4; at += 1) {
      leaveMain(nowMs);
      nowMs += (msUntilMain(nowMs) ?? NaN) + 1000;
    }
    leaveMain(nowMs);
    for (let at = 1; at <= 3; at += 1) policy.probed(littleKbps, nowMs + at * 2000);
    assert.equal(msUntilMain(nowMs + 8000), 2000);
  });

  it('is what the member chose, whatever the path carries', () => {
    policy.choice = 'small';
    assert.equal(policy.rendition, 'small');
    assert.equal(policy.wantsProbes, false);
    assert.equal(policy.wantsMain, false);
    policy.choice = 'main';
    leaveMain(settledMs);
    assert.equal(policy.rendition, 'main');
    assert.equal(policy.wantsProbes, false);
    assert.equal(policy.wantsMain, true);
    policy.choice = 'auto';
    assert.equal(policy.rendition, 'small');
    assert.equal(policy.wantsMain, true);
  });

  it('is carried badly for three seconds after each lag and each late picture', () => {
    assert.equal(policy.isSuffering(settledMs), false);
    policy.lagged(mainKbps, settledMs);
    assert.equal(policy.isSuffering(settledMs + 2999), true);
    assert.equal(policy.isSuffering(settledMs + 3000), false);
    acknowledged(300, settledMs + 4000);
    assert.equal(policy.isSuffering(settledMs + 4001), true);
  });
});
