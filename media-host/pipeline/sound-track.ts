import { SoundCapture, type SoundSource } from './capture/sound-capture.js';
import { AacEncoder, samplesPerAccessUnit } from './encoder/aac-encoder.js';
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

/**
 * From the desktop's sound to media messages: Opus, and AAC besides while somebody needs it. Sound that
 * fails is restarted without touching the picture.
 */
export class SoundTrack {
  readonly initMessages: readonly Uint8Array<ArrayBuffer>[];
  readonly #source: SoundSource;
  readonly #encoder: SoundEncoder;
  readonly #fragmenter: Fragmenter;
  readonly #aacEncoder: AacEncoder;
  readonly #aacFragmenter: Fragmenter;
  readonly #events: SoundTrackEvents;
  #capture: SoundCapture | null = null;
  #restart: NodeJS.Timeout | null = null;
  #isAacNeeded = false;

  private constructor(
    source: SoundSource,
    encoder: SoundEncoder,
    aacEncoder: AacEncoder,
    events: SoundTrackEvents,
  ) {
    this.#source = source;
    this.#encoder = encoder;
    this.#aacEncoder = aacEncoder;
    this.#events = events;
    const { sampleRate, channels } = soundFormat;
    this.#fragmenter = Fragmenter.forSound(sampleRate, channels, samplesPerPacket, encoder.preSkip);
    this.#aacFragmenter = Fragmenter.forCompatibleSound(
      sampleRate,
      channels,
      samplesPerAccessUnit,
      aacEncoder.configuration,
    );
    this.initMessages = [this.#fragmenter.initMessage, this.#aacFragmenter.initMessage];
  }

  /** @throws Error when the encoder cannot be used */
  static async open(source: SoundSource, events: SoundTrackEvents): Promise<SoundTrack> {
    return new SoundTrack(source, await SoundEncoder.open(), await AacEncoder.open(), events);
  }

  /** Encodes AAC as well from now on, or no more. */
  setAacNeeded(isNeeded: boolean): void {
    this.#isAacNeeded = isNeeded;
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
    if (!this.#isAacNeeded) return;
    for (const accessUnit of this.#aacEncoder.encode(pcm)) {
      this.#events.onMessage(this.#aacFragmenter.fragment(accessUnit, true, captureTimeMs));
    }
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
