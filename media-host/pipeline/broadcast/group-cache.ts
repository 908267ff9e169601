import type {
  MediaHeader,
  MediaKind,
  MediaTrack,
} from '../../../signaling/protocol/media-message.js';

export interface GroupLimits {
  readonly messages: number;
  readonly sizeBytes: number;
}

/**
 * What a late-comer needs to start at once: each track's init segment, and the video group of
 * pictures since the last key frame as long as it is short enough to be worth sending.
 */
export class GroupCache {
  readonly #limits: GroupLimits;
  readonly #inits = new Map<MediaTrack, Uint8Array<ArrayBuffer>>();
  readonly #cursor = new Map<MediaKind, Uint8Array<ArrayBuffer>>();
  #group: Uint8Array<ArrayBuffer>[] | null = null;
  #groupSizeBytes = 0;

  constructor(limits: GroupLimits) {
    this.#limits = limits;
  }

  /** Remembers an encoded message, given with its decoded header. */
  push(encoded: Uint8Array<ArrayBuffer>, header: MediaHeader): void {
    const { kind, track, keyFrame } = header;
    if (kind === 'init') this.#inits.set(track, encoded);
    else if (kind === 'cursor' || kind === 'pointer') this.#cursor.set(kind, encoded);
    else if (kind === 'fragment' && track === 'video') this.#pushPicture(encoded, keyFrame);
  }

  /** Everything sent once per stream: init segments and the cursor as it is. */
  preamble(): readonly Uint8Array<ArrayBuffer>[] {
    return [...this.#inits.values(), ...this.#cursor.values()];
  }

  /** The pictures since the last key frame, or null when there is none or it grew too long. */
  group(): readonly Uint8Array<ArrayBuffer>[] | null {
    return this.#group;
  }

  /** Forgets the pictures: what they show is no longer true. */
  clearGroup(): void {
    this.#group = null;
    this.#groupSizeBytes = 0;
  }

  /** Forgets everything: another stream begins. */
  clear(): void {
    this.#inits.clear();
    this.#cursor.clear();
    this.clearGroup();
  }

  #pushPicture(encoded: Uint8Array<ArrayBuffer>, keyFrame: boolean): void {
    if (keyFrame) {
      this.#group = [];
      this.#groupSizeBytes = 0;
    }
    if (!this.#group) return;
    this.#group.push(encoded);
    this.#groupSizeBytes += encoded.byteLength;
    const { messages, sizeBytes } = this.#limits;
    if (this.#group.length > messages || this.#groupSizeBytes > sizeBytes) this.clearGroup();
  }
}
