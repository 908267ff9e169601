import type { Counters } from '../counters.js';
import type { FailureLimiter } from '../limits/failure-limiter.js';
import { createOpaqueId } from '../opaque-id.js';
import type { PasscodeGate } from '../passcodes/passcode-gate.js';
import type { Welcome } from '../protocol/member-events.js';
import type { JoinRequest, ResumeRequest } from '../protocol/requests.js';
import { RequestError } from '../protocol/result.js';
import type { MemberIdentity, MemberLink, Membership } from '../rooms/room-members.js';
import type { RoomRegistry } from '../rooms/room-registry.js';
import type { Room } from '../rooms/room.js';
import type { RoomStore } from '../store/room-store.js';
import type { ViewerService } from '../viewers/viewer-service.js';

import { tokenRefused } from './member-tokens.js';
import type { MemberTokens } from './member-tokens.js';

export interface MemberServiceParts {
  readonly store: RoomStore;
  readonly rooms: RoomRegistry;
  readonly viewers: ViewerService;
  readonly tokens: MemberTokens;
  readonly gate: PasscodeGate;
  /** Wrong passcodes by the address they come from. */
  readonly failuresByAddress: FailureLimiter;
  /** Wrong passcodes by the room they are for, from wherever; who resumes needs no passcode. */
  readonly failuresByRoom: FailureLimiter;
  readonly counters: Counters;
}

/** What a page becomes by joining or resuming. */
export interface Entrance {
  readonly membership: Membership;
  readonly welcome: Welcome;
}

/** Lets people into rooms, back into rooms, and out. */
export class MemberService {
  constructor(private readonly parts: MemberServiceParts) {}

  /**
   * Makes a new member of whoever knows the passcode. A wrong passcode and an unknown room get
   * the same answer after the same work.
   * @throws RequestError `join-refused`, `rate-limited` or `room-full`
   */
  async join(request: JoinRequest, address: string, link: MemberLink): Promise<Entrance> {
    const { store, rooms, gate, failuresByAddress, failuresByRoom, counters } = this.parts;
    const { roomId, name, passcode } = request;
    const record = store.get(roomId);
    const isRight = await gate.check({
      passcode,
      kept: record?.passcode,
      limits: [
        { limiter: failuresByAddress, key: address },
        { limiter: failuresByRoom, key: roomId },
      ],
    });
    const room = rooms.get(roomId);
    if (!isRight || !record || !room) {
      counters.increment('joinsRefused');
      throw new RequestError('join-refused', 'The room or the passcode is not right.');
    }
    return this.#enter(room, record.epoch, { memberId: createOpaqueId(), name }, link);
  }

  /**
   * Brings a member back, with the name and control they had. A connection the member still
   * has elsewhere ends.
   * @throws RequestError `token-refused` or `room-full`
   */
  async resume({ token }: ResumeRequest, link: MemberLink): Promise<Entrance> {
    const { store, rooms, tokens } = this.parts;
    try {
      const { roomId, memberId, name, epoch, iat } = await tokens.verify(token);
      const room = rooms.get(roomId);
      if (!room || store.get(roomId)?.epoch !== epoch || room.hasRemoved(memberId, iat * 1000)) {
        throw tokenRefused();
      }
      return await this.#enter(room, epoch, { memberId, name }, link);
    } catch (error) {
      if (error instanceof RequestError && error.code === 'token-refused') {
        this.parts.counters.increment('tokensRefused');
      }
      throw error;
    }
  }

  /** A member leaves of their own wish; the token no longer counts. */
  leave({ roomId, memberId, link }: Membership): void {
    this.parts.viewers.closeAllOf(link);
    this.parts.rooms.get(roomId)?.remove(memberId);
  }

  /** A member's connection is gone; they may resume. @param isGoodbye the page itself closed it */
  drop({ roomId, memberId, link }: Membership, isGoodbye: boolean): void {
    if (isGoodbye) this.parts.viewers.closeAllOf(link);
    else this.parts.viewers.connectionLost(link);
    this.parts.rooms.get(roomId)?.drop(memberId, link);
  }

  async #enter(
    room: Room,
    epoch: string,
    identity: MemberIdentity,
    link: MemberLink,
  ): Promise<Entrance> {
    const { roomId } = room;
    const { memberId } = identity;
    const token = await this.parts.tokens.issue({ roomId, epoch, ...identity });
    if (!link.isOpen) throw new RequestError('not-in-room', 'The connection is gone.');
    const replaced = room.enter(identity, link);
    if (replaced) {
      this.parts.viewers.connectionLost(replaced);
      replaced.end('joined-elsewhere');
    }
    const welcome = { token, memberId, room: room.snapshot() };
    return { membership: { roomId, memberId, link }, welcome };
  }
}
