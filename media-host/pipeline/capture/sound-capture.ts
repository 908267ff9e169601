import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';

import { wallClockMs } from './screen-capture.js';

export interface SoundSource {
  readonly serverSocketPath: string;
  readonly cookiePath: string;
  /** PulseAudio source to record, a null sink's monitor. */
  readonly source: string;
}

export interface SoundFormat {
  readonly sampleRate: number;
  readonly channels: number;
  readonly bytesPerSample: number;
}

/** PCM of equal size, and when its first sample was heard on the desktop, ms since the Unix epoch. */
export type OnSound = (pcm: Buffer, captureTimeMs: number) => void;

const captureLatencyMs = 10;
/** The clock of captured sound is set anew when it is this far off the wall clock. */
const maxDriftMs = 40;
/** Sound stops being passed on after this much digital silence, and resumes with the first sound. */
const silenceHoldMs = 500;

/**
 * The sound of a PulseAudio source, through `parec`, cut into blocks of equal size.
 *
 * Times are counted in samples from an anchor on the wall clock, so that they do not jitter with
 * the pipe; the anchor moves when the count and the clock differ too much, as after a stall of
 * the sound server.
 */
export class SoundCapture {
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #format: SoundFormat;
  readonly #block: Buffer;
  readonly #onSound: OnSound;
  #filledBytes = 0;
  #blockTimeMs = Number.NaN;
  #silentMs = 0;
  #closed = false;

  /**
   * @param blockSizeBytes size of each block given to `onSound`
   * @param onEnd called once when `parec` ends by itself, with what it last said
   */
  constructor(
    source: SoundSource,
    format: SoundFormat,
    blockSizeBytes: number,
    onSound: OnSound,
    onEnd: (reason: string) => void,
  ) {
    this.#format = format;
    this.#block = Buffer.alloc(blockSizeBytes);
    this.#onSound = onSound;
    this.#child = spawn(
      'parec',
      [
        '--raw',
        '--format=s16le',
        `--rate=${format.sampleRate}`,
        `--channels=${format.channels}`,
        `--latency-msec=${captureLatencyMs}`,
        `--device=${source.source}`,
      ],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: process.env['PATH'],
          PULSE_SERVER: `unix:${source.serverSocketPath}`,
          PULSE_COOKIE: source.cookiePath,
          HOME: '/nonexistent',
        },
      },
    );
    let lastWords = '';
    this.#child.stderr.setEncoding('utf8');
    this.#child.stderr.on('data', (text: string) => (lastWords = text.trim().slice(-200)));
    this.#child.stdout.on('data', (pcm: Buffer) => this.#take(pcm));
    const end = (reason: string): void => {
      if (this.#closed) return;
      this.#closed = true;
      onEnd(reason);
    };
    this.#child.on('error', (error) => end(error.message));
    this.#child.on('exit', () => end(lastWords || 'parec ended'));
  }

  close(): void {
    this.#closed = true;
    this.#child.kill('SIGTERM');
  }

  #durationMs(sizeBytes: number): number {
    const { sampleRate, channels, bytesPerSample } = this.#format;
    return (sizeBytes * 1000) / (sampleRate * channels * bytesPerSample);
  }

  #take(pcm: Buffer): void {
    // The last sample of this read was heard just now.
    const firstSampleMs = wallClockMs() - this.#durationMs(pcm.length);
    const expectedMs = this.#blockTimeMs + this.#durationMs(this.#filledBytes);
    if (!(Math.abs(firstSampleMs - expectedMs) <= maxDriftMs)) {
      this.#blockTimeMs = firstSampleMs - this.#durationMs(this.#filledBytes);
    }
    let offset = 0;
    while (offset < pcm.length) {
      const copied = pcm.copy(this.#block, this.#filledBytes, offset);
      offset += copied;
      this.#filledBytes += copied;
      if (this.#filledBytes === this.#block.length) this.#flush();
    }
  }

  #flush(): void {
    const captureTimeMs = this.#blockTimeMs;
    const blockMs = this.#durationMs(this.#block.length);
    this.#blockTimeMs += blockMs;
    this.#filledBytes = 0;
    this.#silentMs = isSilent(this.#block) ? this.#silentMs + blockMs : 0;
    if (this.#silentMs <= silenceHoldMs) this.#onSound(this.#block, captureTimeMs);
  }
}

function isSilent(pcm: Buffer): boolean {
  return pcm.every((byte) => byte === 0);
}
