/** What a page sends at most: an acknowledgement, pointer moves and keys of the busiest hands, with room to spare. */
const perSecond = 300;
const burst = 600;

/** Bounds how many messages of a viewer are read: a token bucket. */
export class MessageBudget {
  #tokens = burst;
  #refilledMs = 0;

  /** @returns false when the viewer sends too much, and the message is to be dropped */
  spend(nowMs: number): boolean {
    const refill = ((nowMs - this.#refilledMs) / 1000) * perSecond;
    this.#tokens = Math.min(burst, this.#tokens + refill);
    this.#refilledMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
