import type { Clock } from '../clock.js';
import type { ServerToMemberEvents } from '../protocol/member-events.js';
import { RequestError } from '../protocol/result.js';
import type { Member, MemberRemovedReason } from '../protocol/room.js';

/** A page's connection, as far as a room needs it. */
export interface MemberLink {
  readonly isOpen: boolean;
  /** Where it comes from, as limits count it. */
  readonly address: string;
  send<E extends keyof ServerToMemberEvents>(
    event: E,
    ...payload: Parameters<ServerToMemberEvents[E]>
  ): void;
  /** Tells the page that it is no longer a member, and closes the connection. */
  end(reason: MemberRemovedReason): void;
}

export interface MemberIdentity {
  readonly memberId: string;
  readonly name: string;
}

/** A member's stay in a room over one connection. */
export interface Membership {
  readonly roomId: string;
  readonly memberId: string;
  readonly link: MemberLink;
}

/** A member is here, or dropped and listed until the grace time is over. */
type Presence =
  | { readonly name: 'connected'; readonly link: MemberLink }
  | { readonly name: 'dropped'; readonly giveUp: () => void };

interface Entry extends MemberIdentity {
  presence: Presence;
}

export interface RoomMembersOptions {
  readonly clock: Clock;
  /** How long a dropped member stays listed, milliseconds. */
  readonly graceMs: number;
  /** Members a room takes, dropped ones included. */
  readonly capacity: number;
  /** Called after each change of the list. */
  readonly onChange: () => void;
  /** Called when a dropped member did not come back. */
  readonly onExpired: (memberId: string) => void;
}

/** The members of one room, each with at most one connection. */
export class RoomMembers {
  readonly #entries = new Map<string, Entry>();

  constructor(private readonly options: RoomMembersOptions) {}

  /** Everybody listed, in the order they joined. */
  list(): Member[] {
    return [...this.#entries.values()].map(({ memberId, name, presence }) => ({
      memberId,
      name,
      connected: presence.name === 'connected',
    }));
  }

  isConnected(memberId: string): boolean {
    return this.#entries.get(memberId)?.presence.name === 'connected';
  }

  nameOf(memberId: string): string | null {
    return this.#entries.get(memberId)?.name ?? null;
  }

  /**
   * Lets a member in, or back in over a new connection.
   * @returns the connection that this one replaces, or null
   * @throws RequestError `room-full`
   */
  connect({ memberId, name }: MemberIdentity, link: MemberLink): MemberLink | null {
    const entry = this.#entries.get(memberId);
    if (!entry && this.#entries.size >= this.options.capacity) {
      throw new RequestError('room-full', 'The room is full. Please try again later.');
    }
    const before = entry?.presence;
    if (before?.name === 'dropped') before.giveUp();
    this.#entries.set(memberId, {
      memberId,
      name: entry?.name ?? name,
      presence: { name: 'connected', link },
    });
    this.options.onChange();
    return before?.name === 'connected' ? before.link : null;
  }

  /** A connection is gone; its member may come back. Does nothing for a replaced connection. */
  drop(memberId: string, link: MemberLink): boolean {
    const entry = this.#entries.get(memberId);
    if (entry?.presence.name !== 'connected' || entry.presence.link !== link) return false;
    const giveUp = this.options.clock.after(this.options.graceMs, () => {
      this.#entries.delete(memberId);
      this.options.onExpired(memberId);
      this.options.onChange();
    });
    entry.presence = { name: 'dropped', giveUp };
    this.options.onChange();
    return true;
  }

  /** Takes a member off the list. @returns false when there was none */
  remove(memberId: string): boolean {
    const entry = this.#entries.get(memberId);
    if (!entry) return false;
    if (entry.presence.name === 'dropped') entry.presence.giveUp();
    this.#entries.delete(memberId);
    this.options.onChange();
    return true;
  }

  /** Ends pending grace times; idempotent. */
  close(): void {
    for (const { presence } of this.#entries.values()) {
      if (presence.name === 'dropped') presence.giveUp();
    }
  }
}
