import type { VideoRendition } from '../../../signaling/protocol/media-message.js';
import type { ProtocolError } from '../../../signaling/protocol/result.js';
import type {
  DesktopStatus,
  MemberRemovedReason,
  RoomSnapshot,
} from '../../../signaling/protocol/room.js';
import type { CursorShape, DesktopPoint, DesktopSize } from '../media/cursor.js';
import type { MissingPictureSupport } from '../media/picture-support.js';

/**
 * Where a page stands with its room. One union, changed only by `RoomSession`; every state but
 * `playing` has something to tell the person in front of it.
 *
 * - `new`: not joined; show the join form
 * - `joining`: the passcode is being checked
 * - `connecting`: a member, opening transports or waiting for the first frame; `isBlocked` when
 *   neither data channels nor a WebSocket could be opened lately: worth a connection check
 * - `waiting`: a member, but the desktop is not running; `desktop` says why
 * - `playing`: the picture moves
 * - `reconnecting`: was playing; comes back by itself; `isBlocked` as above
 * - `refused`: joining failed; `error.message` says why, the join form stays usable
 * - `unsupported`: this browser cannot play the room; `detail` says what is missing
 * - `removed`: no longer a member; `reason` says why
 * - `closed`: left by the member's own wish
 */
export type SessionState =
  | { readonly name: 'new' }
  | { readonly name: 'joining' }
  | { readonly name: 'connecting'; readonly isBlocked: boolean }
  | { readonly name: 'waiting'; readonly desktop: DesktopStatus }
  | { readonly name: 'playing' }
  | {
      readonly name: 'reconnecting';
      readonly reason: ReconnectReason;
      readonly isBlocked: boolean;
    }
  | { readonly name: 'refused'; readonly error: ProtocolError }
  | { readonly name: 'unsupported'; readonly detail: UnsupportedDetail }
  | { readonly name: 'removed'; readonly reason: MemberRemovedReason | 'membership-expired' }
  | { readonly name: 'closed' };

export type ReconnectReason = 'signaling-lost' | 'media-lost';

export type UnsupportedDetail = MissingPictureSupport | 'codec';

/** How the viewer fares, refreshed about once a second while playing. */
export interface ViewerStats {
  /**
   * Capture of a frame on the desktop to its display here, median of the last second, milliseconds;
   * null before there was one to measure.
   */
  readonly latencyMs: number | null;
  readonly framesPerSecond: number;
  readonly bitrateKbps: number;
  readonly roundTripMs: number | null;
  /** How media reaches this page. */
  readonly path: 'direct' | 'reflexive' | 'relay' | 'websocket' | 'unknown';
  /** Gaps this viewer was told of since it joined. */
  readonly gaps: number;
  /** Which rendition of the picture came last; null before any. */
  readonly rendition: VideoRendition | null;
  /** Height of the picture as it comes, pixels; null before any. */
  readonly pictureHeight: number | null;
}

/** The state of a room's sound in this page. */
export interface SoundState {
  readonly muted: boolean;
  /** 0 to 1. */
  readonly volume: number;
  /** The browser waits for a click or key before it plays sound: show a way to give it one. */
  readonly blocked: boolean;
  /** False when this browser has no way to play the room's sound. */
  readonly available: boolean;
}

export type RoomSessionEvents = {
  /** The remote pointer's shape; null while it is none that can be drawn. */
  cursor: CursorShape | null;
  /** Where the remote pointer is on the desktop. */
  pointer: DesktopPoint;
  /** The desktop's own size, in which pointers are given. */
  desktopSize: DesktopSize;
  state: SessionState;
  room: RoomSnapshot;
  stats: ViewerStats | null;
  sound: SoundState;
};
