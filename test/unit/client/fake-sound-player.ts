import type {
  SoundPlayer,
  SoundPlayerEvents,
} from '../../../client/src/media/sound/sound-player.js';
import type { MediaMessage } from '../../../signaling/protocol/media-message.js';
import type { SoundCodec } from '../../../signaling/protocol/transport.js';

/** A player that keeps what it gets, and fails when a test says so. */
export class FakeSoundPlayer implements SoundPlayer {
  readonly pushed: MediaMessage[] = [];
  volume = NaN;
  blocked = false;
  closed = false;

  constructor(
    readonly events: SoundPlayerEvents,
    readonly codec: SoundCodec = 'opus',
  ) {}

  push(message: MediaMessage): void {
    this.pushed.push(message);
  }

  setVolume(volume: number): void {
    this.volume = volume;
  }

  unlock(): Promise<void> {
    this.blocked = false;
    this.events.onBlockedChange(false);
    return Promise.resolve();
  }

  close(): void {
    this.closed = true;
  }

  fail(): void {
    this.events.onFailed(new Error('a test wants it so'));
  }
}
