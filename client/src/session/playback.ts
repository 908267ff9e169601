import type { MediaMessage } from '../../../signaling/protocol/media-message.js';
import {
  cursorShapeOf,
  desktopSizeOf,
  pointerOf,
  type CursorShape,
  type DesktopPoint,
  type DesktopSize,
} from '../media/cursor.js';
import type { SoundPlayer } from '../media/sound/sound-player.js';
import type { VideoPlayer } from '../media/video/video-player.js';

export interface PlaybackParts {
  readonly sound: SoundPlayer;
  /** Makes a player that waits for an init segment. */
  readonly makePlayer: () => Pick<VideoPlayer, 'push' | 'close'>;
  readonly onCursor: (shape: CursorShape | null) => void;
  readonly onPointer: (point: DesktopPoint) => void;
  readonly onDesktopSize: (size: DesktopSize) => void;
}

/**
 * The players of a page. They outlive the viewers that feed them: when another viewer takes over,
 * the picture goes on at its first key frame in the same MediaSource, without a black moment.
 */
export class Playback {
  readonly #parts: PlaybackParts;
  #player: ReturnType<PlaybackParts['makePlayer']> | null = null;
  #initSegment: Uint8Array | null = null;
  #isJoining = false;

  constructor(parts: PlaybackParts) {
    this.#parts = parts;
  }

  /** What is pushed from now on comes from another viewer: init segments, then a key frame. */
  changeViewer(): void {
    this.#isJoining = true;
  }

  /** Takes any message that is to be seen or heard. */
  push(message: MediaMessage): void {
    if (message.track === 'audio') this.#parts.sound.push(message);
    else if (message.kind === 'init') this.#begin(message);
    else if (message.kind === 'fragment') this.#show(message);
    else if (message.kind === 'cursor') this.#parts.onCursor(cursorShapeOf(message.payload));
    else if (message.kind === 'desktop') {
      const size = desktopSizeOf(message.payload);
      if (size) this.#parts.onDesktopSize(size);
    } else if (message.kind === 'pointer') {
      const point = pointerOf(message.payload);
      if (point) this.#parts.onPointer(point);
    }
  }

  /** Ends the picture; another begins in a player of its own, which is a remedy for a stuck one. */
  reset(): void {
    this.#player?.close();
    this.#player = null;
    this.#initSegment = null;
  }

  #begin(message: MediaMessage): void {
    const isSame = this.#initSegment !== null && areEqual(this.#initSegment, message.payload);
    if (this.#isJoining && isSame) return;
    this.#initSegment = message.payload;
    this.#player ??= this.#parts.makePlayer();
    this.#player.push(message);
  }

  /* The new viewer's pictures follow the old one's as if some between had been dropped. */
  #show(message: MediaMessage): void {
    const isFirst = this.#isJoining;
    this.#isJoining = false;
    this.#player?.push(isFirst ? { ...message, gap: true } : message);
  }
}

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && a.every((byte, index) => byte === b[index]);
}
