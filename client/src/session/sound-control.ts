import { browserPlayers } from '../media/sound/browser-players.js';
import { FallbackPlayer, type SoundPlayerMaker } from '../media/sound/fallback-player.js';
import type { SoundPlayer } from '../media/sound/sound-player.js';

import { browserStorage } from './browser-storage.js';
import type { SoundState } from './session-state.js';

const volumeKey = 'share-space.volume';

/** The room's sound in this page: remembers volume and mute across viewers. Make it early, see {@link browserPlayers}. */
export class SoundControl {
  readonly #onChange: (state: SoundState) => void;
  readonly #makers: readonly SoundPlayerMaker[];
  #player: FallbackPlayer | null = null;
  #muted = false;
  #volume = rememberedVolume();

  constructor(
    onChange: (state: SoundState) => void,
    makers: readonly SoundPlayerMaker[] = browserPlayers(),
  ) {
    this.#onChange = onChange;
    this.#makers = makers;
  }

  get state(): SoundState {
    return {
      muted: this.#muted,
      volume: this.#volume,
      blocked: this.#player?.blocked ?? false,
      available: this.#player?.available ?? true,
    };
  }

  /** The player; made at the first call, which belongs into a click if there is one. */
  player(): SoundPlayer {
    if (this.#player) return this.#player;
    this.#player = new FallbackPlayer(this.#makers, () => this.#changed());
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

  /** Call from a click or key handler. Never rejects. */
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
