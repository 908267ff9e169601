/*
 * The sound of the tests: a quiet hum that never stops, so that sound is on all the time, and a
 * loud beep at every full second of it, whose onset can be found to within a millisecond.
 * Pure; sound is mono, samples are -1 to 1.
 */

export const sampleRateHz = 48_000;

const hum = { frequencyHz: 220, level: 0.05 };
export const beep = { frequencyHz: 1000, level: 0.6, durationMs: 100 };

/** Samples above this are part of a beep. */
const loudLevel = 0.25;
const blockMs = 5;
const blockSize = (sampleRateHz * blockMs) / 1000;
/** A beep is loud for this long at least, after quiet for that long: a click is neither. */
const loudBlocks = 40 / blockMs;
const quietBlocks = 100 / blockMs;

function sine(frequencyHz: number, sample: number): number {
  return Math.sin((2 * Math.PI * frequencyHz * sample) / sampleRateHz);
}

/** One second, to be repeated without a seam: a beep, then the hum alone. */
export function makeBeat(): Float32Array {
  const beepSamples = (beep.durationMs * sampleRateHz) / 1000;
  return Float32Array.from({ length: sampleRateHz }, (_, sample) => {
    const low = hum.level * sine(hum.frequencyHz, sample);
    return sample < beepSamples ? low + beep.level * sine(beep.frequencyHz, sample) : low;
  });
}

/** Finds the onsets of beeps in sound that comes piece by piece. */
export class OnsetDetector {
  #position = 0;
  #blockPeak = 0;
  #blockOnset: number | null = null;
  #quiet = 0;
  #loud = 0;
  #candidate: number | null = null;

  /** @returns the onsets that are now certain, as sample numbers counted from the first ever pushed */
  push(samples: Float32Array): number[] {
    const onsets: number[] = [];
    for (const sample of samples) {
      const level = Math.abs(sample);
      if (level >= loudLevel) this.#blockOnset ??= this.#position;
      this.#blockPeak = Math.max(this.#blockPeak, level);
      this.#position += 1;
      if (this.#position % blockSize === 0) {
        const onset = this.#endBlock();
        if (onset !== null) onsets.push(onset);
      }
    }
    return onsets;
  }

  #endBlock(): number | null {
    const isLoud = this.#blockPeak >= loudLevel;
    const onset = this.#blockOnset;
    this.#blockPeak = 0;
    this.#blockOnset = null;
    if (!isLoud) {
      this.#quiet += 1;
      this.#loud = 0;
      this.#candidate = null;
      return null;
    }
    if (this.#quiet >= quietBlocks) this.#candidate = onset;
    this.#quiet = 0;
    this.#loud += 1;
    return this.#loud === loudBlocks ? this.#candidate : null;
  }
}

/** How strong a tone is in a piece of sound: its amplitude, by Goertzel's algorithm. */
export function toneLevel(samples: Float32Array, frequencyHz: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * frequencyHz) / sampleRateHz);
  let previous = 0;
  let beforePrevious = 0;
  for (const sample of samples) {
    const current = sample + coefficient * previous - beforePrevious;
    beforePrevious = previous;
    previous = current;
  }
  const power =
    previous * previous + beforePrevious * beforePrevious - coefficient * previous * beforePrevious;
  return (2 * Math.sqrt(Math.max(0, power))) / samples.length;
}

/**
 * How strong a tone is in each tenth of a second, one after the other: short, so that a pause of a busy
 * machine, which shifts the tone's phase, spoils but one.
 */
export function toneLevels(samples: Float32Array, frequencyHz: number): number[] {
  const length = sampleRateHz / 10;
  return Array.from({ length: Math.floor(samples.length / length) }, (_, at) =>
    toneLevel(samples.subarray(at * length, (at + 1) * length), frequencyHz),
  );
}
