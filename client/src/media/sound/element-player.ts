import type { MediaMessage } from '../../../../signaling/protocol/media-message.js';
import type { SoundCodec } from '../../../../signaling/protocol/transport.js';
import { attachMediaSource, mediaSourceClass } from '../media-source.js';
import { SourceBufferQueue } from '../source-buffer-queue.js';

import type { SoundPlayer, SoundPlayerEvents } from './sound-player.js';

const mimeTypes: Readonly<Record<SoundCodec, string>> = {
  opus: 'audio/mp4; codecs="opus"',
  aac: 'audio/mp4; codecs="mp4a.40.2"',
};
/** Browsers want about 200 ms of sound before they play any; beyond this the delay is cut. */
const maxLagSeconds = 0.6;
const targetLagSeconds = 0.3;
const backBufferSeconds = 10;
/** After this many failures in a row of a fresh MediaSource the stream is taken as unplayable. */
const maxRebuilds = 5;

/**
 * The last way to play sound, for browsers whose Web Audio or WebAssembly is missing or fails: an audio element with a
 * MediaSource of its own, some 300 ms late.
 */
export class ElementPlayer implements SoundPlayer {
  readonly #audio = new Audio();
  readonly #events: SoundPlayerEvents;
  #queue: SourceBufferQueue | null = null;
  #detachSource: (() => void) | null = null;
  #end = 0;
  /** False while a managed source wants no more; what comes meanwhile would be late afterwards. */
  #isWanted = true;
  #rebuilds = 0;
  #blocked = true;
  #closed = false;

  constructor(
    readonly codec: SoundCodec,
    events: SoundPlayerEvents,
  ) {
    this.#events = events;
    this.#audio.addEventListener('playing', () => this.#setBlocked(false));
  }

  static isSupported(codec: SoundCodec): boolean {
    return mediaSourceClass()?.isTypeSupported(mimeTypes[codec]) ?? false;
  }

  get blocked(): boolean {
    return this.#blocked;
  }

  push(message: MediaMessage): void {
    if (this.#closed) return;
    if (message.kind === 'init') this.#open(message.payload);
    else if (this.#isWanted) this.#append(message);
  }

  setVolume(volume: number): void {
    this.#audio.volume = volume;
    // On an iPhone the volume is the telephone's alone; silence is not.
    this.#audio.muted = volume === 0;
  }

  async unlock(): Promise<void> {
    await this.#audio.play().catch(() => this.#setBlocked(true));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#audio.pause();
    this.#queue?.close();
    this.#detachSource?.();
  }

  #open(initSegment: Uint8Array<ArrayBuffer>): void {
    const Source = mediaSourceClass();
    if (!Source) return;
    this.#queue?.close();
    this.#detachSource?.();
    this.#end = 0;
    const reopen = (error: Error): void => this.#reopen(initSegment, error);
    const queue = new SourceBufferQueue(reopen);
    this.#queue = queue;
    this.#detachSource = attachMediaSource(Source, this.#audio, mimeTypes[this.codec], {
      onOpen: (buffer) => {
        // Packets follow each other without holes, whatever the desktop's silence between them.
        buffer.mode = 'sequence';
        queue.attach(buffer);
      },
      onError: reopen,
      onWantedChange: (isWanted) => (this.#isWanted = isWanted),
    });
    this.#isWanted = true;
    queue.append(initSegment);
    // Playing may need the person's click; `unlock` is called from one.
    void this.#audio.play().catch(() => this.#setBlocked(true));
  }

  #reopen(initSegment: Uint8Array<ArrayBuffer>, error: Error): void {
    this.#rebuilds += 1;
    if (this.#rebuilds <= maxRebuilds) this.#open(initSegment);
    else {
      this.close();
      this.#events.onFailed(error);
    }
  }

  #append(message: MediaMessage): void {
    this.#queue?.append(message.payload, () => (this.#rebuilds = 0));
    this.#end += message.durationUs / 1e6;
    const { currentTime } = this.#audio;
    if (this.#end - currentTime > maxLagSeconds) {
      this.#audio.currentTime = this.#end - targetLagSeconds;
    }
    if (currentTime > 2 * backBufferSeconds) {
      this.#queue?.remove(0, currentTime - backBufferSeconds);
    }
  }

  #setBlocked(blocked: boolean): void {
    if (this.#blocked === blocked) return;
    this.#blocked = blocked;
    this.#events.onBlockedChange(blocked);
  }
}
