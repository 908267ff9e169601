import { EventEmitter } from 'node:events';

import type { Clock } from '../clock.js';
import { createOpaqueId } from '../opaque-id.js';

const lifetimeMs = 12 * 3600 * 1000;
const maxSessions = 100;

export type OperatorSessionEvents = {
  /** A session is over: logged out, too old, or one too many. */
  ended: [sessionId: string];
};

/** Who is logged in as operator, in memory: a restart logs everybody out. Past the bound, the oldest ends. */
export class OperatorSessions {
  readonly events = new EventEmitter<OperatorSessionEvents>();
  readonly #cancelExpiry = new Map<string, () => void>();

  constructor(private readonly clock: Clock) {}

  /** @returns the new session's id, to be kept secret by its bearer */
  create(): string {
    const sessionId = createOpaqueId();
    this.#cancelExpiry.set(
      sessionId,
      this.clock.after(lifetimeMs, () => this.end(sessionId)),
    );
    const [oldest] = this.#cancelExpiry.keys();
    if (this.#cancelExpiry.size > maxSessions && oldest !== undefined) this.end(oldest);
    return sessionId;
  }

  has(sessionId: string): boolean {
    return this.#cancelExpiry.has(sessionId);
  }

  /** Ends a session; does nothing when there is none. */
  end(sessionId: string): void {
    const cancel = this.#cancelExpiry.get(sessionId);
    if (!cancel) return;
    cancel();
    this.#cancelExpiry.delete(sessionId);
    this.events.emit('ended', sessionId);
  }

  /** Ends everything pending; idempotent. */
  close(): void {
    this.events.removeAllListeners();
    for (const cancel of this.#cancelExpiry.values()) cancel();
    this.#cancelExpiry.clear();
  }
}
