import { ElementPlayer } from '../media/sound/element-player.js';
import type { SoundPlayer } from '../media/sound/sound-player.js';
import { WebAudioPlayer } from '../media/sound/web-audio-player.js';

import { browserStorage } from './browser-storage.js';
import type { SoundState } from './session-state.js';

const volumeKey = 'share-space.volume';

/** The room's sound in this page: picks a player, and remembers volume and mute across viewers. */
export class SoundControl {
  readonly #onChange: (state: SoundState) => void;
  #player: SoundPlayer | null = null;
  #available = true;
  #muted = false;
  #volume = rememberedVolume();

  constructor(onChange: (state: SoundState) => void) {
    this.#onChange = onChange;
  }

  get state(): SoundState {
    return {
      muted: this.#muted,
      volume: this.#volume,
      blocked: this.#player?.blocked ?? false,
      available: this.#available,
    };
  }

  /** The player; made at the first call, since a browser counts an audio context from its making. */
  player(): SoundPlayer | null {
    if (this.#player ?? !this.#available) return this.#player;
    const events = { onBlockedChange: () => this.#changed() };
    if (WebAudioPlayer.isSupported()) this.#player = new WebAudioPlayer(events);
    else if (ElementPlayer.isSupported()) this.#player = new ElementPlayer(events);
    else this.#available = false;
    this.#apply();
    return this.#player;
  }

  setVolume(volume: number): void {
    this.#volume = Math.min(1, Math.max(0, volume));
    browserStorage('localStorage')?.setItem(volumeKey, String(this.#volume));
    this.#apply();
  }

  setMuted(muted: boolean): void {
    this.#muted = muted;
    this.#apply();
  }

  async unlock(): Promise<void> {
    await this.#player?.unlock();
    this.#changed();
  }

  close(): void {
    this.#player?.close();
    this.#player = null;
  }

  #apply(): void {
    this.#player?.setVolume(this.#muted ? 0 : this.#volume);
    this.#changed();
  }

  #changed(): void {
    this.#onChange(this.state);
  }
}

function rememberedVolume(): number {
  const volume = Number(browserStorage('localStorage')?.getItem(volumeKey) ?? 1);
  return volume >= 0 && volume <= 1 ? volume : 1;
}
