import { spawn } from 'node:child_process';

import { Child } from '../child.js';
import { type PulseAccess, pulseEnvironment } from '../pulse-server.js';

import { OnsetDetector, sampleRateHz } from './beeps.js';
import { SampleClock } from './sample-clock.js';

const sampleSizeBytes = 4;
/** Beeps remembered, and seconds of sound kept for a look at its tones. */
const maxOnsets = 3600;
const keptSamples = sampleRateHz;

/**
 * Listens to what a PulseAudio server's default sink plays and notes when beeps start.
 *
 * Precision: the server hands sound over in blocks of about 10 ms, up to one block ahead of its
 * nominal time. The same recorder at both ends of a path makes the error of a difference smaller.
 */
export class MonitorRecorder {
  /** Wall-clock times at which beeps started, ms since the Unix epoch; the latest {@link maxOnsets}. */
  readonly onsets: number[] = [];
  readonly #child: Child;
  readonly #clock = new SampleClock(sampleRateHz);
  readonly #detector = new OnsetDetector();
  readonly #listeners = new Set<() => void>();
  #remainder: Buffer = Buffer.alloc(0);
  readonly #ring = new Float32Array(keptSamples);
  #received = 0;

  constructor(access: PulseAccess) {
    const format = ['--raw', '--format=float32le', '--channels=1', `--rate=${sampleRateHz}`];
    const recorder = spawn(
      'parec',
      [...format, '--latency-msec=10', '--device=@DEFAULT_MONITOR@'],
      { env: pulseEnvironment(access), stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.#child = new Child('parec', recorder);
    recorder.stdout.on('data', (data: Buffer) => this.#take(data));
  }

  /** The last second of sound at most. */
  get recent(): Float32Array {
    const end = this.#received % keptSamples;
    if (this.#received < keptSamples) return this.#ring.slice(0, end);
    const ordered = new Float32Array(keptSamples);
    ordered.set(this.#ring.subarray(end));
    ordered.set(this.#ring.subarray(0, end), keptSamples - end);
    return ordered;
  }

  /** Resolves when sound arrived and `condition` holds; rejects when the recorder ends or time is up. */
  async until(condition: (recorder: this) => boolean, timeoutMs: number): Promise<void> {
    let check: () => void = () => undefined;
    let timer: NodeJS.Timeout | undefined;
    const met = new Promise<void>((resolve, reject) => {
      check = () => {
        if (condition(this)) resolve();
      };
      this.#listeners.add(check);
      timer = setTimeout(() => reject(new Error(`not heard within ${timeoutMs} ms`)), timeoutMs);
    });
    try {
      await Promise.race([met, this.#child.failure()]);
    } finally {
      clearTimeout(timer);
      this.#listeners.delete(check);
    }
  }

  async stop(): Promise<void> {
    await this.#child.stop();
  }

  #take(data: Buffer): void {
    const nowMs = performance.timeOrigin + performance.now();
    const bytes = Buffer.concat([this.#remainder, data]);
    const count = Math.floor(bytes.length / sampleSizeBytes);
    this.#remainder = bytes.subarray(count * sampleSizeBytes);
    // Copied, because the view needs an aligned start.
    const samples = new Float32Array(
      new Uint8Array(bytes.subarray(0, count * sampleSizeBytes)).buffer,
    );
    this.#clock.arrived(count, nowMs);
    for (const sample of this.#detector.push(samples)) {
      this.onsets.push(this.#clock.timeOf(sample));
      if (this.onsets.length > maxOnsets) this.onsets.shift();
    }
    for (const sample of samples) {
      this.#ring[this.#received % keptSamples] = sample;
      this.#received += 1;
    }
    for (const check of this.#listeners) check();
  }
}
