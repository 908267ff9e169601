import { createHash } from 'node:crypto';

import type { Logger } from 'pino';

import type { Clock } from '../clock.js';
import { createOpaqueId } from '../opaque-id.js';

import { MediaRelay } from './media-relay.js';
import type { RelaySide } from './media-relay.js';

/** Both sides are told their token at once and come within moments; a pair that is not complete by then is over. */
const claimTimeoutMs = 10_000;

/** What each side of a media socket proves itself with, once. */
export interface MediaTokens {
  readonly page: string;
  readonly host: string;
}

interface Ticket {
  readonly viewerId: string;
  readonly side: RelaySide;
}

interface Pair {
  readonly relay: MediaRelay;
  /** Keys of the tokens that nobody has come with yet. */
  readonly unclaimed: Set<string>;
  readonly stopTimeout: () => void;
}

/** The media sockets that are expected or joined, two for each viewer whose media comes over WebSocket. */
export class MediaPairs {
  readonly #pairs = new Map<string, Pair>();
  /** By a digest of the token, so that looking one up takes no time that depends on the secret. */
  readonly #tickets = new Map<string, Ticket>();

  constructor(
    private readonly clock: Clock,
    private readonly log: Logger,
  ) {}

  /** Sockets that are joined, or half of a pair. */
  get size(): number {
    return this.#pairs.size;
  }

  /** Makes the two tokens of a viewer's media sockets. */
  open(viewerId: string): MediaTokens {
    this.close(viewerId);
    const tokens = { page: createOpaqueId(), host: createOpaqueId() };
    const relay = new MediaRelay(this.clock, (traffic) => {
      this.#forget(viewerId);
      this.log.debug({ viewerId, traffic }, 'media sockets closed');
    });
    const unclaimed = new Set<string>();
    for (const side of ['page', 'host'] as const) {
      const key = keyOf(tokens[side]);
      unclaimed.add(key);
      this.#tickets.set(key, { viewerId, side });
    }
    const stopTimeout = this.clock.after(claimTimeoutMs, () => this.close(viewerId));
    this.#pairs.set(viewerId, { relay, unclaimed, stopTimeout });
    return tokens;
  }

  /**
   * Uses up a token.
   * @returns the relay to attach to, or null for a token that is wrong, used, late or the other side's
   */
  claim(side: RelaySide, token: string): MediaRelay | null {
    const key = keyOf(token);
    const ticket = this.#tickets.get(key);
    const pair = ticket && this.#pairs.get(ticket.viewerId);
    if (!pair || ticket.side !== side) return null;
    this.#tickets.delete(key);
    pair.unclaimed.delete(key);
    if (pair.unclaimed.size === 0) pair.stopTimeout();
    return pair.relay;
  }

  /** Ends a viewer's media sockets; idempotent. */
  close(viewerId: string): void {
    this.#pairs.get(viewerId)?.relay.close();
  }

  /** Ends all. */
  closeAll(): void {
    for (const viewerId of [...this.#pairs.keys()]) this.close(viewerId);
  }

  #forget(viewerId: string): void {
    const pair = this.#pairs.get(viewerId);
    if (!pair) return;
    pair.stopTimeout();
    for (const key of pair.unclaimed) this.#tickets.delete(key);
    this.#pairs.delete(viewerId);
  }
}

const keyOf = (token: string): string => createHash('sha256').update(token).digest('base64');
