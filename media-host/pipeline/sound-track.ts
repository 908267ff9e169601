import { SoundCapture, type SoundSource } from './capture/sound-capture.js';
import {
  packetSizeBytes,
  samplesPerPacket,
  SoundEncoder,
  soundFormat,
} from './encoder/sound-encoder.js';
import { Fragmenter } from './fragmenter/fragmenter.js';

const restartDelayMs = 500;

export interface SoundTrackEvents {
  readonly onMessage: (encoded: Uint8Array<ArrayBuffer>) => void;
  /** Sound stopped and will be tried again; the picture goes on. */
  readonly onInterruption: (reason: string) => void;
}

/** From the desktop's sound to media messages. Sound that fails is restarted without touching the picture. */
export class SoundTrack {
  readonly initMessage: Uint8Array<ArrayBuffer>;
  readonly #source: SoundSource;
  readonly #encoder: SoundEncoder;
  readonly #fragmenter: Fragmenter;
  readonly #events: SoundTrackEvents;
  #capture: SoundCapture | null = null;
  #restart: NodeJS.Timeout | null = null;

  private constructor(source: SoundSource, encoder: SoundEncoder, events: SoundTrackEvents) {
    this.#source = source;
    this.#encoder = encoder;
    this.#events = events;
    const { sampleRate, channels } = soundFormat;
    this.#fragmenter = Fragmenter.forSound(sampleRate, channels, samplesPerPacket, encoder.preSkip);
    this.initMessage = this.#fragmenter.initMessage;
  }

  /** @throws Error when the encoder cannot be used */
  static async open(source: SoundSource, events: SoundTrackEvents): Promise<SoundTrack> {
    return new SoundTrack(source, await SoundEncoder.open(), events);
  }

  start(): void {
    if (this.#capture ?? this.#restart) return;
    this.#capture = new SoundCapture(
      this.#source,
      soundFormat,
      packetSizeBytes,
      (pcm, captureTimeMs) => this.#publish(pcm, captureTimeMs),
      (reason) => this.#onEnd(reason),
    );
  }

  stop(): void {
    if (this.#restart) clearTimeout(this.#restart);
    this.#restart = null;
    this.#capture?.close();
    this.#capture = null;
  }

  #publish(pcm: Buffer, captureTimeMs: number): void {
    // Every Opus packet can be decoded without the one before: each is a sync sample.
    this.#events.onMessage(
      this.#fragmenter.fragment(this.#encoder.encode(pcm), true, captureTimeMs),
    );
  }

  #onEnd(reason: string): void {
    this.#capture = null;
    this.#events.onInterruption(reason);
    this.#restart = setTimeout(() => {
      this.#restart = null;
      this.start();
    }, restartDelayMs);
  }
}
