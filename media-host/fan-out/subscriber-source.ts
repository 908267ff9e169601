import type {
  MediaMessage,
  MediaTrack,
  Rendition,
  VideoRendition,
} from '../../signaling/protocol/media-message.js';

/** What a subscriber knows of the broadcast it is part of. */
export interface SubscriberSource {
  init(track: MediaTrack, rendition: Rendition): Uint8Array | null;
  /** A rendition's pictures since its last key frame; null when there are none worth sending. */
  group(rendition: VideoRendition): readonly GroupPicture[] | null;
  /** Everything else a newcomer needs. */
  newest(): readonly Uint8Array[];
  /** What the main rendition takes, kilobits a second; of late, when nobody gets it now. */
  readonly mainKbps: number;
  requestKeyFrame(rendition: VideoRendition): void;
  /** The subscriber needs another rendition, or fares otherwise, than before. */
  demandChanged(): void;
}

export interface GroupPicture {
  readonly encoded: Uint8Array;
  readonly message: MediaMessage;
}
