import type { Logger } from 'pino';
import type { Socket } from 'socket.io';

import type { CheckService } from '../checks/check-service.js';
import type { Clock } from '../clock.js';
import type { Counters } from '../counters.js';
import { reachedName } from '../ice/reached-name.js';
import type { RequestBudget } from '../limits/request-budget.js';
import { checkCandidateSchema, checkConnectSchema, checkSchema } from '../protocol/check.js';
import type {
  MemberToServerEvents,
  ServerToMemberEvents,
  Welcome,
} from '../protocol/member-events.js';
import {
  dataProduceSchema,
  emptySchema,
  joinSchema,
  resumeSchema,
  transportCandidateSchema,
  transportConnectSchema,
  viewerOpenSchema,
  viewerSchema,
} from '../protocol/requests.js';
import { RequestError } from '../protocol/result.js';
import type { MemberLink, Membership } from '../rooms/room-members.js';
import type { RoomRegistry } from '../rooms/room-registry.js';
import type { Room } from '../rooms/room.js';
import { RequestRouter } from '../sockets/request-router.js';
import type { ViewerService } from '../viewers/viewer-service.js';

import type { Entrance, MemberService } from './member-service.js';

export type MemberSocket = Socket<MemberToServerEvents, ServerToMemberEvents>;

/** `entering` while a passcode or token is checked. */
type State =
  | { readonly name: 'guest' }
  | { readonly name: 'entering' }
  | { readonly name: 'member'; readonly membership: Membership };

export interface MemberConnectionParts {
  readonly members: MemberService;
  readonly rooms: RoomRegistry;
  readonly viewers: ViewerService;
  readonly checks: CheckService;
  readonly addressOf: (socket: MemberSocket) => string;
  readonly guestTimeoutMs: number;
  readonly budget: RequestBudget;
  readonly counters: Counters;
  readonly clock: Clock;
  readonly log: Logger;
}

/** One page's socket: a guest until it joins or resumes, then one member of one room. */
export class MemberConnection {
  readonly #link: MemberLink;
  /** The name under which the page reaches this service; null when it gave none. */
  readonly #reachedAs: string | null;
  #log: Logger;
  #state: State = { name: 'guest' };
  #cancelTimeout: () => void = () => undefined;

  constructor(
    private readonly socket: MemberSocket,
    private readonly parts: MemberConnectionParts,
  ) {
    this.#link = linkOf(socket, parts.addressOf(socket));
    this.#reachedAs = reachedName(socket.handshake.headers.host);
    this.#log = parts.log.child({ socketId: socket.id });
    const { counters, budget } = parts;
    const router = new RequestRouter<MemberToServerEvents>(socket as Socket, {
      counters,
      budget,
      log: this.#log,
    });
    this.#answerMembership(router);
    this.#answerViewers(router);
    this.#answerChecks(router);
    this.#awaitEntrance();
  }

  /** The socket is gone. @param isGoodbye the page itself closed it */
  lost(isGoodbye: boolean): void {
    this.#cancelTimeout();
    this.parts.checks.closeAllOf(this.#link);
    if (this.#state.name === 'member') this.parts.members.drop(this.#state.membership, isGoodbye);
    this.#state = { name: 'guest' };
  }

  #answerMembership(router: RequestRouter<MemberToServerEvents>): void {
    const { members } = this.parts;
    router.on('join', joinSchema, (request) =>
      this.#enter(() => members.join(request, this.parts.addressOf(this.socket), this.#link)),
    );
    router.on('resume', resumeSchema, (request) =>
      this.#enter(() => members.resume(request, this.#link)),
    );
    router.on('leave', emptySchema, async () => {
      const membership = this.#membership();
      this.#state = { name: 'guest' };
      await this.socket.leave(membership.roomId);
      members.leave(membership);
      this.#awaitEntrance();
      this.#log.info({ memberId: membership.memberId, roomId: membership.roomId }, 'member left');
      return {};
    });
    router.on('control:request', emptySchema, () => {
      this.#room().requestControl(this.#membership().memberId);
      return {};
    });
    router.on('control:release', emptySchema, () => {
      this.#room().releaseControl(this.#membership().memberId);
      return {};
    });
  }

  #answerViewers(router: RequestRouter<MemberToServerEvents>): void {
    const { viewers } = this.parts;
    router.on('viewer:open', viewerOpenSchema, (request) =>
      viewers.open(this.#membership(), request, this.#reachedAs),
    );
    router.on('viewer:close', viewerSchema, async (request) => {
      await viewers.close(this.#membership(), request);
      return {};
    });
    router.on('viewer:start', viewerSchema, (request) =>
      viewers.forward(this.#membership(), 'viewer:start', request),
    );
    router.on('transport:open', viewerSchema, (request) =>
      viewers.forward(this.#membership(), 'transport:open', request),
    );
    router.on('transport:connect', transportConnectSchema, (request) =>
      viewers.forward(this.#membership(), 'transport:connect', request),
    );
    router.on('transport:candidate', transportCandidateSchema, (request) =>
      viewers.forward(this.#membership(), 'transport:candidate', request),
    );
    router.on('data:produce', dataProduceSchema, (request) =>
      viewers.forward(this.#membership(), 'data:produce', request),
    );
  }

  /** For guests too: who cannot join for want of a connection must learn why. */
  #answerChecks(router: RequestRouter<MemberToServerEvents>): void {
    const { checks } = this.parts;
    router.on('check:ping', emptySchema, () => ({}));
    router.on('check:open', emptySchema, () =>
      checks.open(this.#link, this.parts.addressOf(this.socket), this.#reachedAs),
    );
    router.on('check:connect', checkConnectSchema, (request) =>
      checks.connect(this.#link, request),
    );
    router.on('check:candidate', checkCandidateSchema, (request) =>
      checks.addCandidate(this.#link, request),
    );
    router.on('check:close', checkSchema, ({ checkId }) => {
      checks.close(this.#link, checkId);
      return {};
    });
  }

  async #enter(enter: () => Promise<Entrance>): Promise<Welcome> {
    if (this.#state.name !== 'guest') {
      throw new RequestError('bad-request', 'This connection is in a room already.');
    }
    this.#state = { name: 'entering' };
    try {
      const { membership, welcome } = await enter();
      const { roomId, memberId } = membership;
      await this.socket.join(roomId);
      if (!this.socket.connected) {
        this.parts.members.drop(membership, true);
        throw new RequestError('not-in-room', 'The connection is gone.');
      }
      this.#cancelTimeout();
      this.#state = { name: 'member', membership };
      this.#log = this.#log.child({ roomId, memberId });
      this.#log.info('member entered');
      return welcome;
    } finally {
      if (this.#state.name === 'entering') this.#state = { name: 'guest' };
    }
  }

  /** A guest that stays one is sent away; its page comes back when somebody joins. */
  #awaitEntrance(): void {
    this.#cancelTimeout();
    this.#cancelTimeout = this.parts.clock.after(this.parts.guestTimeoutMs, () => {
      if (this.#state.name === 'entering') this.#awaitEntrance();
      else this.socket.disconnect(true);
    });
  }

  #membership(): Membership {
    if (this.#state.name === 'member') return this.#state.membership;
    throw new RequestError('not-in-room', 'Please join the room first.');
  }

  #room(): Room {
    const room = this.parts.rooms.get(this.#membership().roomId);
    if (room) return room;
    throw new RequestError('not-in-room', 'The room is closed.');
  }
}

function linkOf(socket: MemberSocket, address: string): MemberLink {
  const untyped = socket as Socket;
  return {
    address,
    get isOpen() {
      return socket.connected;
    },
    send: (event, ...payload) => {
      untyped.emit(event, ...payload);
    },
    end: (reason) => {
      socket.emit('member:removed', { reason });
      socket.disconnect(true);
    },
  };
}
