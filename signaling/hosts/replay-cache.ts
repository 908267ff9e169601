import type { Clock } from '../clock.js';

/**
 * Remembers the nonces of tokens until the tokens expire, so that each counts once. When too
 * many are remembered, every further one is refused.
 */
export class ReplayCache {
  readonly #expiryMs = new Map<string, number>();

  constructor(
    private readonly capacity: number,
    private readonly clock: Clock,
  ) {}

  /**
   * @param expiresAtMs from when on the token is refused for its age anyway, ms since the epoch
   * @returns false when the nonce was used before, or nothing more can be remembered
   */
  accept(nonce: string, expiresAtMs: number): boolean {
    this.#forgetExpired();
    if (this.#expiryMs.has(nonce) || this.#expiryMs.size >= this.capacity) return false;
    this.#expiryMs.set(nonce, expiresAtMs);
    return true;
  }

  #forgetExpired(): void {
    const nowMs = this.clock.nowMs();
    for (const [nonce, expiresAtMs] of this.#expiryMs) {
      if (expiresAtMs <= nowMs) this.#expiryMs.delete(nonce);
    }
  }
}
