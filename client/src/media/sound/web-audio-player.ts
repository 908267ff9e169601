import { OpusDecoder } from 'opus-decoder';

import type { MediaMessage } from '../../../../signaling/protocol/media-message.js';

import { keepRunning } from './keep-running.js';
import { packetOf } from './opus-packets.js';
import { PlayoutSchedule } from './playout-schedule.js';
import type { SoundPlayer, SoundPlayerEvents } from './sound-player.js';

const sampleRate = 48_000;
const volumeRampSeconds = 0.02;
/** What a player needs of an Opus decoder. */
export type PacketDecoder = Pick<OpusDecoder<typeof sampleRate>, 'ready' | 'decodeFrame' | 'free'>;

/** Packets that may wait while the decoder loads: one second. */
const maxWaiting = 100;

/**
 * Sound with little delay: Opus decoded by WebAssembly and scheduled packet by packet on the audio
 * clock. It needs no secure context, unlike WebCodecs and AudioWorklet, and a MediaSource would
 * want 200 ms of sound before it played any.
 */
export class WebAudioPlayer implements SoundPlayer {
  readonly codec = 'opus';
  readonly #context: AudioContext;
  readonly #gain: GainNode;
  readonly #decoder: PacketDecoder;
  readonly #schedule = new PlayoutSchedule();
  readonly #events: SoundPlayerEvents;
  readonly #waiting: MediaMessage[] = [];
  readonly #stopKeeping: () => void;
  #ready = false;
  #lastSequence: number | null = null;
  #closed = false;

  /** @param decoder freed with this player */
  constructor(decoder: PacketDecoder, events: SoundPlayerEvents) {
    this.#decoder = decoder;
    this.#events = events;
    this.#context = new AudioContext({ sampleRate, latencyHint: 0 });
    this.#gain = this.#context.createGain();
    this.#gain.connect(this.#context.destination);
    this.#context.addEventListener('statechange', this.#onStateChange);
    this.#stopKeeping = keepRunning(this.#context, document);
    void this.#decoder.ready.then(
      () => {
        this.#ready = true;
        for (const message of this.#waiting.splice(0)) this.push(message);
      },
      (error: unknown) => {
        if (!this.#closed) events.onFailed(new Error('no Opus decoder', { cause: error }));
      },
    );
  }

  /** Begins to load a decoder, which takes some tens of milliseconds. */
  static makeDecoder(): PacketDecoder {
    const decoder = new OpusDecoder({ channels: 2, sampleRate });
    // Whether it failed is asked by the player that gets it, which may be made later.
    decoder.ready.catch(() => undefined);
    return decoder;
  }

  static isSupported(): boolean {
    return typeof AudioContext !== 'undefined' && typeof WebAssembly !== 'undefined';
  }

  get blocked(): boolean {
    return this.#context.state !== 'running';
  }

  push(message: MediaMessage): void {
    if (this.#closed) return;
    if (message.kind === 'init') {
      this.#lastSequence = null;
      return;
    }
    if (!this.#ready) {
      this.#waiting.push(message);
      if (this.#waiting.length > maxWaiting) this.#waiting.shift();
      return;
    }
    if (this.blocked || !this.#isNext(message.sequence)) return;
    const packet = packetOf(message.payload);
    if (packet) this.#play(packet, message.captureTimeMs / 1000);
  }

  setVolume(volume: number): void {
    this.#gain.gain.setTargetAtTime(volume, this.#context.currentTime, volumeRampSeconds);
  }

  async unlock(): Promise<void> {
    if (this.#closed) return;
    // Refused when the context was closed meanwhile, and during a call on an iPhone.
    await this.#context.resume().catch(() => undefined);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#waiting.length = 0;
    this.#stopKeeping();
    this.#context.removeEventListener('statechange', this.#onStateChange);
    void this.#context.close();
    void this.#decoder.ready.then(
      () => this.#decoder.free(),
      () => undefined,
    );
  }

  readonly #onStateChange = (): void => this.#events.onBlockedChange(this.blocked);

  /* The channel is unordered: a packet not newer than one already played is of no use. */
  #isNext(sequence: number): boolean {
    const isNewer =
      this.#lastSequence === null || (sequence - this.#lastSequence - 1) >>> 0 < 0x7fffffff;
    if (isNewer) this.#lastSequence = sequence;
    return isNewer;
  }

  #play(packet: Uint8Array<ArrayBuffer>, captureSeconds: number): void {
    const { channelData, samplesDecoded } = this.#decoder.decodeFrame(packet);
    const [left, right] = channelData;
    if (samplesDecoded === 0 || !left || !right) return;
    const { currentTime } = this.#context;
    const at = this.#schedule.timeFor(captureSeconds, samplesDecoded / sampleRate, currentTime);
    if (at === null) return;
    const buffer = this.#context.createBuffer(2, samplesDecoded, sampleRate);
    buffer.copyToChannel(left as Float32Array<ArrayBuffer>, 0);
    buffer.copyToChannel(right as Float32Array<ArrayBuffer>, 1);
    const source = this.#context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.#gain);
    source.start(at);
  }
}
