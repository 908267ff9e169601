import type { VideoRendition } from '../../../signaling/protocol/media-message.js';
import type { RenditionChoice } from '../../../signaling/protocol/viewer-messages.js';

/** Why the picture comes smaller than the desktop: the member saves data, or the network is slow. */
export type Reduction = 'saving' | 'slow';

/** @returns null when the picture comes in full, or only for the moment that the change takes */
export function reductionOf(
  choice: RenditionChoice,
  rendition: VideoRendition | null,
): Reduction | null {
  if (rendition !== 'small' || choice === 'main') return null;
  return choice === 'small' ? 'saving' : 'slow';
}

/** Tells the changes of the picture that nobody asked for from those the member chose. */
export class RenditionNews {
  /** Came last while the network decided; null when that is not known. */
  #automatic: VideoRendition | null = null;
  #isReduced = false;

  /**
   * Takes what comes now.
   * @returns what the member is to be told, each change once
   */
  take(choice: RenditionChoice, rendition: VideoRendition | null): 'reduced' | 'restored' | null {
    if (choice !== 'auto') {
      this.#automatic = null;
      this.#isReduced = false;
      return null;
    }
    const before = this.#automatic;
    // Between two viewers nothing comes: what is told next is compared with what came before.
    if (rendition === null || rendition === before) return null;
    this.#automatic = rendition;
    // What comes at first may still be what was chosen before.
    if (before === null) return null;
    if (rendition === 'small') {
      this.#isReduced = true;
      return 'reduced';
    }
    if (!this.#isReduced) return null;
    this.#isReduced = false;
    return 'restored';
  }
}
