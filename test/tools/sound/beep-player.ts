import { spawn } from 'node:child_process';
import { Readable, pipeline } from 'node:stream';

import { Child } from '../child.js';
import { type PulseAccess, pulseEnvironment } from '../pulse-server.js';

import { makeBeat, sampleRateHz } from './beeps.js';

function* endlessBeats(): Generator<Buffer> {
  const beat = Buffer.from(makeBeat().buffer);
  for (;;) yield beat;
}

/** Plays the hum and the beeps into a PulseAudio server's default sink until it is stopped. */
export class BeepPlayer {
  readonly #child: Child;

  constructor(access: PulseAccess) {
    const format = ['--raw', '--format=float32le', '--channels=1', `--rate=${sampleRateHz}`];
    const player = spawn('pacat', ['--playback', ...format, '--latency-msec=40'], {
      env: pulseEnvironment(access),
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    this.#child = new Child('pacat', player);
    // The pipe breaks when the player ends, and only then.
    pipeline(Readable.from(endlessBeats(), { highWaterMark: 1 }), player.stdin, () => undefined);
  }

  async stop(): Promise<void> {
    await this.#child.stop();
  }
}
