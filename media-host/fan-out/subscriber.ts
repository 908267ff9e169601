import {
  withGapFlag,
  type MediaKind,
  type MediaMessage,
  type Rendition,
} from '../../signaling/protocol/media-message.js';
import type { SoundCodec } from '../../signaling/protocol/transport.js';

import type { MediaChannel } from './transport/media-channel.js';

/** Bytes a channel may hold unsent before pictures are dropped instead of queued. */
const highWaterBytes = 256 * 1024;
/** Pictures sent and not yet appended by the page before more are dropped: about two seconds. */
const maxUnacknowledged = 64;
/** Sound older than this many unsent bytes is useless: about half a second. */
const soundHighWaterBytes = 8 * 1024;

/** The rendition of the sound track that a codec is. */
export const soundRenditions: Readonly<Record<SoundCodec, Rendition>> = {
  opus: 'main',
  aac: 'compatible',
};

/**
 * - `waiting`: not started, or started and without a picture to begin with
 * - `live`: gets every picture
 * - `lagged`: over budget; gets nothing until the next key frame, which then carries the gap flag
 */
export type SubscriberState = 'waiting' | 'live' | 'lagged' | 'closed';

export interface SubscriberCounters {
  sentMessages: number;
  droppedPictures: number;
  droppedSounds: number;
  gaps: number;
}

export const noneSent: Readonly<SubscriberCounters> = {
  sentMessages: 0,
  droppedPictures: 0,
  droppedSounds: 0,
  gaps: 0,
};

/**
 * One viewer's share of the broadcast. Pictures are sent or dropped whole; after a drop nothing can
 * be decoded before the next key frame, so everything up to it is dropped too, and the viewer is told.
 */
export class Subscriber {
  readonly counters: SubscriberCounters = { ...noneSent };
  readonly #video: MediaChannel;
  readonly #audio: MediaChannel;
  readonly #requestKeyFrame: () => void;
  readonly #soundRendition: Rendition;
  /** The newest message of each kind that found the channel full: pointer and cursor. */
  readonly #postponed = new Map<MediaKind, Uint8Array>();
  #state: SubscriberState = 'waiting';
  #gap = false;
  #keyFrameAsked = false;
  #lastSentSequence = 0;
  #acknowledged: number | null = null;

  /** @param requestKeyFrame asks the pipeline for a key frame, for all who need one */
  constructor(
    video: MediaChannel,
    audio: MediaChannel,
    requestKeyFrame: () => void,
    sound: SoundCodec = 'opus',
  ) {
    this.#video = video;
    this.#audio = audio;
    this.#requestKeyFrame = requestKeyFrame;
    this.#soundRendition = soundRenditions[sound];
  }

  get state(): SubscriberState {
    return this.#state;
  }

  /**
   * Begins sending: the preamble, then the pictures since the last key frame, oldest first.
   * @param group null when there are none worth sending; a key frame is then asked for
   */
  start(
    preamble: readonly Uint8Array[],
    group: readonly Uint8Array[] | null,
    lastSequence: number,
  ): void {
    for (const message of preamble) this.#send(message);
    if (!group) {
      this.#state = 'lagged';
      this.#askForKeyFrame();
      return;
    }
    for (const message of group) this.#send(message);
    this.#lastSentSequence = lastSequence;
    this.#state = 'live';
  }

  /** Takes a message of the broadcast. */
  push(encoded: Uint8Array, message: MediaMessage): void {
    if (this.#state === 'waiting' || this.#state === 'closed') return;
    const wanted = message.track === 'audio' ? this.#soundRendition : 'main';
    if (message.rendition !== wanted) return;
    if (message.kind === 'fragment' && message.track === 'video')
      this.#pushPicture(encoded, message);
    else if (message.track === 'audio') this.#pushSound(encoded, message);
    else this.#pushOther(encoded, message);
  }

  /** Sends a message meant for this viewer alone; dropped while the viewer is behind. */
  sendPrivate(encoded: Uint8Array): void {
    if (this.#state !== 'closed' && !this.#isFull()) this.#send(encoded);
  }

  /** The page appended every picture up to this sequence number. */
  acknowledge(sequence: number): void {
    this.#acknowledged = sequence;
  }

  /** The page cannot decode on: as if pictures had been dropped. */
  resync(): void {
    if (this.#state === 'live') this.#lag();
    this.check();
  }

  /**
   * To be called at every sign of life of the page: one that lags asks for its key frame as soon as
   * that could be sent, also when the screen stands still and no picture comes to look at.
   */
  check(): void {
    if (this.#state === 'lagged' && !this.#isOverBudget()) this.#askForKeyFrame();
  }

  close(): void {
    this.#state = 'closed';
  }

  #pushPicture(encoded: Uint8Array, message: MediaMessage): void {
    const overBudget = this.#isOverBudget();
    if (this.#state === 'live' && overBudget) this.#lag();
    if (this.#state === 'lagged') {
      if (overBudget || !message.keyFrame) {
        this.counters.droppedPictures += 1;
        // The key frame asked for has come and gone: another will be needed.
        if (message.keyFrame) this.#keyFrameAsked = false;
        // Asked for only once it could be sent: a viewer that stays slow must not cost all others key frames.
        if (!overBudget) this.#askForKeyFrame();
        return;
      }
      this.#state = 'live';
      this.#keyFrameAsked = false;
    }
    for (const postponed of this.#postponed.values()) this.#send(postponed);
    this.#postponed.clear();
    this.#send(this.#gap ? withGapFlag(encoded) : encoded);
    this.#gap = false;
    this.#lastSentSequence = message.sequence;
  }

  #pushSound(encoded: Uint8Array, message: MediaMessage): void {
    if (message.kind === 'init') this.#send(encoded);
    else if (this.#audio.bufferedAmount() > soundHighWaterBytes) this.counters.droppedSounds += 1;
    else this.#sendOn(this.#audio, encoded);
  }

  #pushOther(encoded: Uint8Array, message: MediaMessage): void {
    if (message.kind === 'init') {
      // Another stream begins, with a key frame and its own sequence numbers.
      this.#state = 'lagged';
      this.#acknowledged = null;
      this.#send(encoded);
    } else if (this.#isFull()) {
      // Only the newest counts, and it goes out with the next picture.
      this.#postponed.set(message.kind, encoded);
    } else this.#send(encoded);
  }

  #isFull(): boolean {
    return this.#video.bufferedAmount() > highWaterBytes;
  }

  #isOverBudget(): boolean {
    if (this.#isFull()) return true;
    if (this.#acknowledged === null) return false;
    // Sequence numbers wrap; a difference in the upper half is an acknowledgement of an older stream.
    const unacknowledged = (this.#lastSentSequence - this.#acknowledged) >>> 0;
    return unacknowledged > maxUnacknowledged && unacknowledged < 0x80000000;
  }

  #lag(): void {
    this.#state = 'lagged';
    this.#gap = true;
    this.counters.gaps += 1;
  }

  #askForKeyFrame(): void {
    if (this.#keyFrameAsked) return;
    this.#keyFrameAsked = true;
    this.#requestKeyFrame();
  }

  #send(encoded: Uint8Array): void {
    this.#sendOn(this.#video, encoded);
  }

  #sendOn(channel: MediaChannel, encoded: Uint8Array): void {
    if (!channel.isOpen()) return;
    channel.send(encoded);
    this.counters.sentMessages += 1;
  }
}
