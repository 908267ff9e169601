const capacity = 10_000;

/**
 * Remembers who left a room or was removed from it, so that their tokens no longer count. When
 * there are too many to remember, all tokens from before the oldest forgotten removal are void.
 */
export class RemovedMembers {
  readonly #removedAtMs = new Map<string, number>();
  #voidBeforeMs = 0;

  add(memberId: string, nowMs: number): void {
    this.#removedAtMs.delete(memberId);
    this.#removedAtMs.set(memberId, nowMs);
    if (this.#removedAtMs.size <= capacity) return;
    for (const [oldest, removedAtMs] of this.#removedAtMs) {
      this.#removedAtMs.delete(oldest);
      this.#voidBeforeMs = removedAtMs;
      return;
    }
  }

  /** Whether a token issued to this member at that time no longer counts. */
  isVoid(memberId: string, issuedAtMs: number): boolean {
    return this.#removedAtMs.has(memberId) || issuedAtMs <= this.#voidBeforeMs;
  }
}
