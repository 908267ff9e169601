import {
  withGapFlag,
  type MediaKind,
  type MediaMessage,
  type Rendition,
  type VideoRendition,
} from '../../signaling/protocol/media-message.js';
import type { SoundCodec } from '../../signaling/protocol/transport.js';
import type { RenditionChoice } from '../../signaling/protocol/viewer-messages.js';
import { systemClock, type Clock } from '../supervision/clock.js';

import { BandwidthProbe } from './bandwidth-probe.js';
import { InFlight } from './in-flight.js';
import { RenditionPolicy } from './rendition-policy.js';
import type { SubscriberSource } from './subscriber-source.js';
import type { MediaChannel } from './transport/media-channel.js';

/** Bytes a channel may hold unsent before pictures are dropped instead of queued. */
const highWaterBytes = 256 * 1024;
/** The time that so much takes to come tells how fast the path is; less tells little. */
const measurableBytes = 48 * 1024;
/** Sound older than this many unsent bytes is useless: about half a second. */
const soundHighWaterBytes = 8 * 1024;
/** A page asks at most this often for a key frame, which all viewers of its rendition get. */
const resyncIntervalMs = 1500;

/** The rendition of the sound track that a codec is. */
const soundRenditions: Readonly<Record<SoundCodec, Rendition>> = {
  opus: 'main',
  aac: 'compatible',
};

/**
 * - `waiting`: not started, or started and without a picture to begin with
 * - `live`: gets every picture
 * - `lagged`: over budget; gets nothing until the next key frame, which then carries the gap flag
 * - `hidden`: nobody looks at the page; it gets sound alone
 */
export type SubscriberState = 'waiting' | 'live' | 'lagged' | 'hidden' | 'closed';

export interface SubscriberCounters {
  sentMessages: number;
  droppedPictures: number;
  droppedSounds: number;
  gaps: number;
  /** Changes from one rendition to the other. */
  switches: number;
}

export const noneSent: Readonly<SubscriberCounters> = {
  sentMessages: 0,
  droppedPictures: 0,
  droppedSounds: 0,
  gaps: 0,
  switches: 0,
};

/**
 * One viewer's share of the broadcast: one of the renditions, as its path can carry it. Pictures are
 * sent or dropped whole; after a drop nothing can be decoded before the next key frame, so everything
 * up to it is dropped too, and the viewer is told.
 */
export class Subscriber {
  readonly counters: SubscriberCounters = { ...noneSent };
  readonly policy = new RenditionPolicy();
  readonly #video: MediaChannel;
  readonly #audio: MediaChannel;
  readonly #source: SubscriberSource;
  readonly #soundRendition: Rendition;
  readonly #clock: Clock;
  readonly #inFlight = new InFlight();
  readonly #probe: BandwidthProbe;
  /** The newest message of each kind that found the channel full: pointer and cursor. */
  readonly #postponed = new Map<MediaKind, Uint8Array>();
  #state: SubscriberState = 'waiting';
  /** What the page can decode: the rendition whose init segment it has. */
  #sending: VideoRendition | null = null;
  #gap = false;
  #keyFrameAsked: VideoRendition | null = null;
  #lag: { readonly sinceMs: number; readonly sizeBytes: number } | null = null;
  #resyncMs = -Infinity;

  constructor(
    video: MediaChannel,
    audio: MediaChannel,
    source: SubscriberSource,
    sound: SoundCodec = 'opus',
    clock: Clock = systemClock,
  ) {
    this.#video = video;
    this.#audio = audio;
    this.#source = source;
    this.#soundRendition = soundRenditions[sound];
    this.#clock = clock;
    this.#probe = new BandwidthProbe(
      (message) => this.#sendOn(this.#audio, message),
      (kbps) => this.#decide(() => this.policy.probed(kbps, this.#clock.now())),
    );
  }

  get state(): SubscriberState {
    return this.#state;
  }

  /** Whether the pipeline must encode a rendition for this viewer. */
  receives(rendition: VideoRendition): boolean {
    if (this.#state === 'closed' || this.#state === 'hidden') return false;
    // One that only opens gets its first picture the sooner for the encoder being under way.
    return rendition === this.policy.rendition || rendition === this.#sending;
  }

  /** Begins sending: init segments, and the pictures since the last key frame, oldest first. */
  start(): void {
    if (this.#state !== 'waiting') return;
    this.#state = 'lagged';
    const sound = this.#source.init('audio', this.#soundRendition);
    for (const message of [...(sound ? [sound] : []), ...this.#source.newest()]) {
      this.#send(message);
    }
    this.policy.started(this.#clock.now());
    const rendition = this.policy.rendition;
    this.#switchTo(rendition);
    for (const { encoded, message } of this.#source.group(rendition) ?? []) {
      this.#state = 'live';
      this.#sendPicture(encoded, message);
    }
    this.#source.demandChanged();
    this.check();
  }

  /** Takes a message of the broadcast. */
  push(encoded: Uint8Array, message: MediaMessage): void {
    if (this.#state === 'waiting' || this.#state === 'closed') return;
    if (message.track === 'audio') this.#pushSound(encoded, message);
    else if (message.track === 'none') this.#pushOther(encoded, message);
    else if (message.kind === 'init') this.#pushInit(encoded, message);
    else if (message.rendition !== 'compatible') {
      this.#pushPicture(encoded, message, message.rendition);
    }
  }

  /** Sends a message meant for this viewer alone; dropped while the viewer is behind. */
  sendPrivate(encoded: Uint8Array): void {
    if (this.#state !== 'closed' && !this.#isFull()) this.#send(encoded);
  }

  /** The page appended every picture up to this sequence number. */
  acknowledge(sequence: number): void {
    const nowMs = this.#clock.now();
    const delayMs = this.#inFlight.acknowledge(sequence, nowMs);
    if (delayMs === null) return;
    const { baseDelayMs } = this.#inFlight;
    this.#decide(() =>
      this.policy.acknowledged(delayMs - baseDelayMs, baseDelayMs, this.#source.mainKbps, nowMs),
    );
  }

  /** The page had a probe's message. */
  answerProbe(sequence: number): void {
    this.#probe.answer(sequence, this.#clock.now());
  }

  /** The page cannot decode on: as if pictures had been dropped. */
  resync(): void {
    const nowMs = this.#clock.now();
    const isWatched = this.#state === 'live' || this.#state === 'lagged';
    if (isWatched && nowMs - this.#resyncMs >= resyncIntervalMs) {
      this.#resyncMs = nowMs;
      if (this.#state === 'live') this.counters.gaps += 1;
      this.#state = 'lagged';
      this.#gap = true;
      // What was on the way may have gone with what the page threw away, and is never acknowledged.
      this.#inFlight.clear();
      this.#lag = null;
    }
    this.check();
  }

  choose(choice: RenditionChoice): void {
    this.#decide(() => (this.policy.choice = choice));
  }

  /** Pictures are of no use to a page that nobody looks at. */
  setVisible(visible: boolean): void {
    if (visible && this.#state === 'hidden') {
      this.#state = 'lagged';
      this.#source.demandChanged();
      this.check();
    } else if (!visible && (this.#state === 'live' || this.#state === 'lagged')) {
      this.#state = 'hidden';
      this.#gap = true;
      this.#lag = null;
      this.#keyFrameAsked = null;
      this.#inFlight.clear();
      this.#source.demandChanged();
    }
  }

  /**
   * To be called at every sign of life of the page: one that lags asks for its key frame as soon as
   * that could be sent, also when the screen stands still and no picture comes to look at.
   */
  check(): void {
    if (this.#state !== 'live' && this.#state !== 'lagged') return;
    // Beside what is behind already, padding would only lengthen the queue.
    const isSettled = this.#state === 'live' && this.#sending === this.policy.rendition;
    if (isSettled && this.policy.wantsProbes) this.#probe.check(this.#clock.now());
    if (this.#state === 'lagged' && this.#isDrained()) this.#resume();
    if (this.policy.rendition !== this.#sending && this.#isDrained()) this.#askForKeyFrame();
  }

  close(): void {
    this.#state = 'closed';
  }

  #pushPicture(encoded: Uint8Array, message: MediaMessage, rendition: VideoRendition): void {
    if (this.#state === 'hidden') return;
    const wanted = this.policy.rendition;
    if (rendition !== wanted && rendition !== this.#sending) return;
    if (this.#state === 'live' && this.#isOverBudget()) this.#fallBehind();
    const isChange = rendition === wanted && rendition !== this.#sending;
    if (this.#state === 'lagged' || isChange) {
      const canGoOn = message.keyFrame && rendition === wanted && this.#isDrained();
      if (!canGoOn) {
        if (this.#state === 'lagged') this.counters.droppedPictures += 1;
        // The key frame asked for has come and gone: another will be needed.
        if (message.keyFrame && rendition === this.#keyFrameAsked) this.#keyFrameAsked = null;
        this.check();
        return;
      }
      if (isChange) this.#switchTo(rendition);
      this.#state = 'live';
      this.#keyFrameAsked = null;
      this.#lag = null;
    }
    this.#sendPicture(encoded, message);
  }

  #sendPicture(encoded: Uint8Array, message: MediaMessage): void {
    for (const postponed of this.#postponed.values()) this.#send(postponed);
    this.#postponed.clear();
    this.#send(this.#gap ? withGapFlag(encoded) : encoded);
    this.#gap = false;
    this.#inFlight.add(message.sequence, encoded.byteLength, this.#clock.now());
  }

  #pushInit(encoded: Uint8Array, message: MediaMessage): void {
    if (message.rendition !== this.#sending) return;
    // Another stream begins, with a key frame and its own sequence numbers.
    if (this.#state !== 'hidden') this.#state = 'lagged';
    this.#inFlight.clear();
    this.#lag = null;
    this.#keyFrameAsked = null;
    this.#send(encoded);
  }

  #pushSound(encoded: Uint8Array, message: MediaMessage): void {
    if (message.rendition !== this.#soundRendition) return;
    if (message.kind === 'init') this.#send(encoded);
    else if (this.#audio.bufferedAmount() > soundHighWaterBytes) this.counters.droppedSounds += 1;
    else this.#sendOn(this.#audio, encoded);
  }

  #pushOther(encoded: Uint8Array, message: MediaMessage): void {
    // Only the newest counts, and it goes out with the next picture.
    if (this.#isFull()) this.#postponed.set(message.kind, encoded);
    else this.#send(encoded);
  }

  #isFull(): boolean {
    return this.#video.bufferedAmount() > highWaterBytes;
  }

  #isOverBudget(): boolean {
    return this.#isFull() || this.#inFlight.isOverBudget(this.#clock.now());
  }

  #isDrained(): boolean {
    return !this.#isFull() && this.#inFlight.isDrained(this.#clock.now());
  }

  #fallBehind(): void {
    const nowMs = this.#clock.now();
    this.#state = 'lagged';
    this.#gap = true;
    this.#lag = { sinceMs: nowMs, sizeBytes: this.#inFlight.sizeBytes };
    this.counters.gaps += 1;
    // What the page could not acknowledge yet says nothing of its path; how fast it drains will.
    if (!this.#inFlight.isAcknowledged) return;
    this.#decide(() => this.policy.lagged(this.#source.mainKbps, nowMs));
  }

  #resume(): void {
    const lag = this.#lag;
    this.#lag = null;
    if (lag && lag.sizeBytes >= measurableBytes) {
      const nowMs = this.#clock.now();
      const takenMs = Math.max(1, nowMs - lag.sinceMs);
      const kbps = ((lag.sizeBytes - this.#inFlight.sizeBytes) * 8) / takenMs;
      this.#decide(() => this.policy.drained(kbps, this.#source.mainKbps, nowMs));
    }
    this.#askForKeyFrame();
  }

  /** Lets the policy change its mind, and follows. */
  #decide(change: () => void): void {
    const before = this.policy.rendition;
    change();
    if (this.policy.rendition === before) return;
    this.#keyFrameAsked = null;
    this.#source.demandChanged();
    this.check();
  }

  #switchTo(rendition: VideoRendition): void {
    const isChange = this.#sending !== null;
    this.#sending = rendition;
    const init = this.#source.init('video', rendition);
    if (init) this.#send(init);
    if (!isChange) return;
    this.counters.switches += 1;
    this.#gap = true;
    // The renditions number their pictures each by itself.
    this.#inFlight.clear();
    // The one left behind may be nobody's any more.
    this.#source.demandChanged();
  }

  #askForKeyFrame(): void {
    const { rendition } = this.policy;
    if (this.#keyFrameAsked === rendition) return;
    this.#keyFrameAsked = rendition;
    this.#source.requestKeyFrame(rendition);
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
