import type { MediaMessage } from '../../../../signaling/protocol/media-message.js';
import { videoCodecOf } from '../codec-string.js';
import { rateChangeRebuffers } from '../engine.js';
import { attachMediaSource, mediaSourceClass } from '../media-source.js';
import { SourceBufferQueue } from '../source-buffer-queue.js';

import { FrameTimes } from './frame-times.js';
import { followBySeeking } from './live-edge-by-seeking.js';
import { followLiveEdge } from './live-edge.js';

export interface VideoPlayerEvents {
  /** A frame was shown; `captureTimeMs` is the host's time of its capture, when known. */
  readonly onFrame: (captureTimeMs: number | null) => void;
  /** Everything up to this sequence number is in the buffer. */
  readonly onAppended: (sequence: number) => void;
  /** Playing on needs a key frame. */
  readonly onResync: () => void;
  /** This browser cannot play the stream at all. */
  readonly onUnsupported: () => void;
}

/** What was buffered stays this long behind the playhead, seconds. */
const backBufferSeconds = 5;
/** A key frame that is needed is asked for until it comes: a request may be lost, or too early. */
const resyncIntervalMs = 2000;
/** After this many failures in a row of a fresh MediaSource, without a frame shown, the stream is taken as unplayable. */
const maxRebuilds = 5;

/**
 * Plays a room's picture at the live edge: a MediaSource with video alone, fed a fragment at a time.
 *
 * The element's timeline has no holes: when frames were dropped on the way, the next key frame is
 * placed where the last frame ended. So it is when the picture goes on in another size, after an init
 * segment of its own (Media Source Extensions, byte stream format for ISO BMFF, section 3).
 */
export class VideoPlayer {
  readonly #video: HTMLVideoElement;
  readonly #events: VideoPlayerEvents;
  readonly #frameTimes = new FrameTimes();
  #initSegment: Uint8Array<ArrayBuffer> | null = null;
  #mimeType = '';
  #queue: SourceBufferQueue | null = null;
  #detachSource: (() => void) | null = null;
  /** Element time of the next frame minus its decode time; null until a key frame sets it. */
  #offset: number | null = null;
  #end = 0;
  #frameSeconds = 1 / 30;
  #keyFrames: number[] = [];
  #lastResyncMs = -Infinity;
  #resyncTimer: number | undefined;
  #rebuilds = 0;
  #frameCallback = 0;
  readonly #seeksOnly = rateChangeRebuffers();
  #soughtMs = -Infinity;
  /** False while a managed source wants no more. */
  #isWanted = true;
  #closed = false;

  constructor(video: HTMLVideoElement, events: VideoPlayerEvents) {
    this.#video = video;
    this.#events = events;
    video.addEventListener('error', this.#onElementError);
    document.addEventListener('visibilitychange', this.#onVisibility);
    this.#awaitFrame();
  }

  /** Takes a message of the video track. */
  push(message: MediaMessage): void {
    if (this.#closed) return;
    if (message.kind === 'init') {
      this.#initSegment = message.payload;
      this.#begin(message.payload);
    } else if (message.kind === 'fragment') {
      this.#pushFragment(message);
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#video.removeEventListener('error', this.#onElementError);
    document.removeEventListener('visibilitychange', this.#onVisibility);
    this.#video.cancelVideoFrameCallback(this.#frameCallback);
    window.clearTimeout(this.#resyncTimer);
    this.#queue?.close();
    this.#detachSource?.();
  }

  #pushFragment(message: MediaMessage): void {
    const queue = this.#queue;
    if (!queue) return;
    if (!this.#isWanted) {
      this.#offset = null;
      // As if it were in the buffer: a viewer that stays silent would be taken for a slow one.
      this.#events.onAppended(message.sequence);
      return;
    }
    if (message.gap) this.#offset = null;
    if (this.#offset === null) {
      if (!message.keyFrame) {
        this.#requestResync();
        return;
      }
      window.clearTimeout(this.#resyncTimer);
      this.#offset = this.#end - message.decodeTimeSeconds;
      queue.setTimestampOffset(this.#offset);
    }
    const mediaTime = message.decodeTimeSeconds + this.#offset;
    this.#frameSeconds = message.durationUs / 1e6;
    this.#end = mediaTime + this.#frameSeconds;
    this.#frameTimes.add(mediaTime, message.captureTimeMs);
    if (message.keyFrame) this.#keyFrames.push(mediaTime);
    queue.append(message.payload, () => {
      this.#events.onAppended(message.sequence);
      this.#follow();
    });
    if (message.keyFrame) this.#evict(queue);
  }

  /* Up to a key frame only: removing part of a group of pictures would take the rest with it. */
  #evict(queue: SourceBufferQueue): void {
    const limit = this.#video.currentTime - backBufferSeconds;
    const obsolete = this.#keyFrames.filter((time) => time <= limit);
    const upTo = obsolete.at(-1);
    if (upTo === undefined || upTo === 0) return;
    this.#keyFrames = this.#keyFrames.filter((time) => time >= upTo);
    queue.remove(0, upTo);
  }

  #follow(): void {
    const { currentTime } = this.#video;
    const newestKeyFrame = this.#keyFrames.at(-1) ?? 0;
    const input = {
      lagSeconds: this.#end - currentTime,
      frameSeconds: this.#frameSeconds,
      keyFrameAhead: newestKeyFrame > currentTime ? newestKeyFrame : null,
    };
    const nowMs = performance.now();
    const sinceSeekSeconds = (nowMs - this.#soughtMs) / 1000;
    const action = this.#seeksOnly
      ? followBySeeking({ ...input, endSeconds: this.#end, sinceSeekSeconds })
      : followLiveEdge(input);
    if (action.kind === 'seek') {
      this.#soughtMs = nowMs;
      this.#video.currentTime = action.to;
      return;
    }
    if (action.kind === 'resync') this.#requestResync();
    if (this.#video.playbackRate !== action.rate) this.#video.playbackRate = action.rate;
  }

  #requestResync(): void {
    window.clearTimeout(this.#resyncTimer);
    const nowMs = performance.now();
    if (nowMs - this.#lastResyncMs >= resyncIntervalMs) {
      this.#lastResyncMs = nowMs;
      this.#events.onResync();
    }
    if (this.#offset !== null) return;
    const delayMs = this.#lastResyncMs + resyncIntervalMs - nowMs;
    this.#resyncTimer = window.setTimeout(() => this.#requestResync(), delayMs);
  }

  /* Another stream, or the same picture in another size: a MediaSource that works takes it over. */
  #begin(initSegment: Uint8Array<ArrayBuffer>): void {
    const mimeType = mimeTypeOf(initSegment);
    const canChange = mimeType === this.#mimeType || (this.#queue?.canChangeType ?? false);
    if (!this.#queue || !canChange || !mediaSourceClass()?.isTypeSupported(mimeType)) {
      this.#rebuild();
      return;
    }
    this.#offset = null;
    if (mimeType !== this.#mimeType) this.#queue.changeType(mimeType);
    this.#mimeType = mimeType;
    this.#queue.append(initSegment);
  }

  /* A fresh MediaSource is the one remedy that works for every failure of an old one. */
  #rebuild(): void {
    const initSegment = this.#initSegment;
    if (this.#closed || !initSegment) return;
    this.#queue?.close();
    this.#queue = null;
    this.#detachSource?.();
    this.#offset = null;
    this.#end = 0;
    this.#keyFrames = [];
    this.#frameTimes.clear();
    const mimeType = mimeTypeOf(initSegment);
    this.#mimeType = mimeType;
    const Source = mediaSourceClass();
    if (!Source?.isTypeSupported(mimeType) || this.#rebuilds > maxRebuilds) {
      this.#events.onUnsupported();
      return;
    }
    const queue = new SourceBufferQueue(() => this.#recover());
    this.#queue = queue;
    this.#detachSource = attachMediaSource(Source, this.#video, mimeType, {
      onOpen: (buffer) => queue.attach(buffer),
      onError: () => this.#recover(),
      onWantedChange: (isWanted) => this.#setWanted(isWanted),
    });
    this.#isWanted = true;
    queue.append(initSegment);
    // Refused only until the person touches the page; the element shows frames as they come all the same.
    void this.#video.play().catch(() => undefined);
  }

  #setWanted(isWanted: boolean): void {
    if (this.#isWanted === isWanted) return;
    this.#isWanted = isWanted;
    if (isWanted) this.#requestResync();
  }

  #recover(): void {
    this.#rebuilds += 1;
    this.#rebuild();
    this.#requestResync();
  }

  readonly #onElementError = (): void => {
    if (this.#queue) this.#recover();
  };

  readonly #onVisibility = (): void => {
    if (document.visibilityState !== 'visible' || this.#closed) return;
    void this.#video.play().catch(() => undefined);
    this.#follow();
  };

  #awaitFrame(): void {
    this.#frameCallback = this.#video.requestVideoFrameCallback((_now, { mediaTime }) => {
      this.#rebuilds = 0;
      this.#events.onFrame(this.#frameTimes.captureTimeOf(mediaTime, this.#frameSeconds / 2));
      this.#awaitFrame();
    });
  }
}

const mimeTypeOf = (initSegment: Uint8Array<ArrayBuffer>): string =>
  `video/mp4; codecs="${videoCodecOf(initSegment)}"`;
