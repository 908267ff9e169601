import type { MediaMessage } from '../../../../signaling/protocol/media-message.js';
import type { SoundCodec } from '../../../../signaling/protocol/transport.js';

/** How a page plays a room's sound. */
export interface SoundPlayer {
  /** What it plays; the media host has to send this. */
  readonly codec: SoundCodec;
  /** Takes a message of the audio track. */
  push(message: MediaMessage): void;
  /** @param volume 0 to 1 */
  setVolume(volume: number): void;
  /** Whether the browser holds sound back until the person touches the page. */
  readonly blocked: boolean;
  /** Call from a click or key handler. Never rejects; {@link blocked} tells whether it helped. */
  unlock(): Promise<void>;
  close(): void;
}

export interface SoundPlayerEvents {
  readonly onBlockedChange: (blocked: boolean) => void;
  /** This player cannot play, or cannot go on; called once at most. */
  readonly onFailed: (error: Error) => void;
}
