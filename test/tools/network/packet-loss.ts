import type { LinkConditions } from './link-conditions.js';
import type { Random } from './random.js';

type LossConditions = Pick<LinkConditions, 'loss' | 'meanBurst'>;

/**
 * Decides which packets are lost. With a mean burst above one it is Gilbert's model (1960): a good
 * state that loses nothing and a bad one that loses all; the share of time in the bad state is the
 * average loss, and the mean stay there the mean burst.
 */
export class PacketLoss {
  readonly #random: Random;
  #bad = false;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Whether the next packet is lost. */
  next({ loss, meanBurst }: LossConditions): boolean {
    if (loss === 0) this.#bad = false;
    else if (loss === 1) this.#bad = true;
    else if (meanBurst <= 1) this.#bad = this.#random() < loss;
    else if (this.#bad) this.#bad = this.#random() >= 1 / meanBurst;
    else this.#bad = this.#random() < loss / (meanBurst * (1 - loss));
    return this.#bad;
  }
}
