import assert from 'node:assert/strict';

import { describe, it } from 'mocha';

import { OnsetDetector, beep, makeBeat, sampleRateHz, toneLevel } from '../tools/sound/beeps.js';
import { SampleClock } from '../tools/sound/sample-clock.js';

function pieces(sound: Float32Array, size: number): Float32Array[] {
  return Array.from({ length: Math.ceil(sound.length / size) }, (_, at) =>
    sound.subarray(at * size, (at + 1) * size),
  );
}

describe('beep detection', () => {
  const beat = makeBeat();
  const quietLead = beat.subarray(sampleRateHz / 2);
  const sound = Float32Array.from([...quietLead, ...beat, ...beat]);

  for (const size of [37, 480, 48_000]) {
    it(`finds every onset to within a millisecond in pieces of ${size} samples`, () => {
      const detector = new OnsetDetector();
      const onsets = pieces(sound, size).flatMap((piece) => detector.push(piece));
      assert.equal(onsets.length, 2);
      for (const [at, onset] of onsets.entries()) {
        const expected = quietLead.length + at * sampleRateHz;
        const errorMs = ((onset - expected) / sampleRateHz) * 1000;
        assert.ok(errorMs >= 0 && errorMs < 1, `${errorMs} ms`);
      }
    });
  }

  it('takes a click for no beep', () => {
    const click = Float32Array.from(quietLead);
    click[click.length / 2] = 1;
    assert.deepEqual(new OnsetDetector().push(click), []);
  });

  it('takes a beep that began before it listened for none', () => {
    assert.deepEqual(new OnsetDetector().push(beat), []);
  });

  it('tells a tone from another', () => {
    const part = beat.subarray(0, (sampleRateHz * beep.durationMs) / 1000);
    assert.ok(Math.abs(toneLevel(part, beep.frequencyHz) - beep.level) < 0.02);
    assert.ok(toneLevel(part, 3000) < 0.02);
  });
});

describe('sample clock', () => {
  it('takes the earliest arrival as the truth', () => {
    const clock = new SampleClock(1000);
    clock.arrived(10, 5013);
    clock.arrived(10, 5020);
    clock.arrived(10, 5037);
    assert.equal(clock.timeOf(0), 5000);
    assert.equal(clock.timeOf(25), 5025);
  });

  it('follows a gap in the recording once it is out of the window', () => {
    const clock = new SampleClock(1000);
    clock.arrived(1000, 1000);
    clock.arrived(1000, 2300);
    assert.equal(clock.timeOf(2000), 2000);
    clock.arrived(1000, 3300);
    assert.equal(clock.timeOf(3000), 3300);
  });
});
