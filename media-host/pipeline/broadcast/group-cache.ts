import type {
  MediaHeader,
  MediaKind,
  MediaTrack,
  Rendition,
  VideoRendition,
} from '../../../signaling/protocol/media-message.js';

export interface GroupLimits {
  readonly messages: number;
  readonly sizeBytes: number;
}

type Encoded = Uint8Array<ArrayBuffer>;

interface Group {
  readonly messages: Encoded[];
  sizeBytes: number;
}

/**
 * What a late-comer needs to start at once: each rendition's init segment, and its pictures since the
 * last key frame as long as those are few enough to be worth sending.
 */
export class GroupCache {
  readonly #limits: GroupLimits;
  readonly #inits = new Map<string, Encoded>();
  readonly #newest = new Map<MediaKind, Encoded>();
  readonly #groups = new Map<VideoRendition, Group>();

  constructor(limits: GroupLimits) {
    this.#limits = limits;
  }

  /** Remembers an encoded message, given with its decoded header. */
  push(encoded: Encoded, header: MediaHeader): void {
    const { kind, track, rendition } = header;
    if (kind === 'init') this.#inits.set(`${track} ${rendition}`, encoded);
    else if (kind === 'cursor' || kind === 'pointer' || kind === 'desktop') {
      this.#newest.set(kind, encoded);
    } else if (kind === 'fragment' && track === 'video' && rendition !== 'compatible') {
      this.#pushPicture(encoded, rendition, header.keyFrame);
    }
  }

  /** Everything sent once per stream: init segments, the desktop's size and the cursor as it is. */
  preamble(): readonly Encoded[] {
    return [...this.#inits.values(), ...this.#newest.values()];
  }

  /** The init segment of one rendition; null when there is none yet. */
  init(track: MediaTrack, rendition: Rendition): Encoded | null {
    return this.#inits.get(`${track} ${rendition}`) ?? null;
  }

  /** What {@link preamble} holds beside the init segments. */
  newest(): readonly Encoded[] {
    return [...this.#newest.values()];
  }

  /** A rendition's pictures since its last key frame, or null when there is none or they grew too many. */
  group(rendition: VideoRendition): readonly Encoded[] | null {
    return this.#groups.get(rendition)?.messages ?? null;
  }

  /** The pictures of all renditions. */
  groups(): readonly Encoded[] {
    return [...this.#groups.values()].flatMap(({ messages }) => messages);
  }

  /** Forgets a rendition's pictures: what they show is no longer true. */
  clearGroup(rendition: VideoRendition): void {
    this.#groups.delete(rendition);
  }

  /** Forgets everything: another stream begins. */
  clear(): void {
    this.#inits.clear();
    this.#newest.clear();
    this.#groups.clear();
  }

  #pushPicture(encoded: Encoded, rendition: VideoRendition, keyFrame: boolean): void {
    if (keyFrame) this.#groups.set(rendition, { messages: [], sizeBytes: 0 });
    const group = this.#groups.get(rendition);
    if (!group) return;
    group.messages.push(encoded);
    group.sizeBytes += encoded.byteLength;
    const { messages, sizeBytes } = this.#limits;
    if (group.messages.length > messages || group.sizeBytes > sizeBytes) this.clearGroup(rendition);
  }
}
