import type { MediaMessage } from '../../../../signaling/protocol/media-message.js';
import type { SoundCodec } from '../../../../signaling/protocol/transport.js';

import type { SoundPlayer, SoundPlayerEvents } from './sound-player.js';

/** @returns null when this browser lacks what the player needs; may throw when it refuses it */
export type SoundPlayerMaker = (events: SoundPlayerEvents) => SoundPlayer | null;

/**
 * Plays with the first player this browser can use, and goes on with the next one when that fails: what
 * a browser has and what works in it are two things.
 */
export class FallbackPlayer implements SoundPlayer {
  readonly #makers: SoundPlayerMaker[];
  readonly #onChange: () => void;
  #current: SoundPlayer | null = null;
  #init: MediaMessage | null = null;
  #volume = 1;

  /**
   * @param makers the best first
   * @param onChange called when {@link blocked} or {@link available} changed
   */
  constructor(makers: readonly SoundPlayerMaker[], onChange: () => void) {
    this.#makers = [...makers];
    this.#onChange = onChange;
    this.#current = this.#makeNext();
  }

  /** False when no player is left to try. */
  get available(): boolean {
    return this.#current !== null;
  }

  get blocked(): boolean {
    return this.#current?.blocked ?? false;
  }

  get codec(): SoundCodec {
    return this.#current?.codec ?? 'opus';
  }

  push(message: MediaMessage): void {
    // A viewer that was opened for the player before still sends what that one plays.
    const isOurs = (message.rendition === 'compatible') === (this.codec === 'aac');
    if (!isOurs) return;
    if (message.kind === 'init') this.#init = message;
    this.#current?.push(message);
  }

  setVolume(volume: number): void {
    this.#volume = volume;
    this.#current?.setVolume(volume);
  }

  async unlock(): Promise<void> {
    await this.#current?.unlock();
  }

  close(): void {
    this.#makers.length = 0;
    this.#current?.close();
    this.#current = null;
  }

  #makeNext(): SoundPlayer | null {
    for (let make = this.#makers.shift(); make; make = this.#makers.shift()) {
      try {
        const player = make({
          onBlockedChange: () => this.#onChange(),
          onFailed: (error) => {
            if (player && player === this.#current) this.#replace(player, error);
          },
        });
        if (player) return player;
      } catch (error) {
        console.warn('a way to play sound is refused', error);
      }
    }
    return null;
  }

  #replace(failed: SoundPlayer, error: Error): void {
    console.warn('a way to play sound failed', error);
    failed.close();
    this.#current = this.#makeNext();
    this.#current?.setVolume(this.#volume);
    // The stream told what it is when it began; the player that comes late has to know it too.
    if (this.#init) this.push(this.#init);
    this.#onChange();
  }
}
