import type { Logger } from 'pino';
import type { Namespace } from 'socket.io';

import type { CheckService } from '../checks/check-service.js';
import type { Clock } from '../clock.js';
import type { Counters } from '../counters.js';
import type { RequestBudget } from '../limits/request-budget.js';
import type { MemberToServerEvents, ServerToMemberEvents } from '../protocol/member-events.js';
import type { RoomRegistry } from '../rooms/room-registry.js';
import type { ViewerService } from '../viewers/viewer-service.js';

import { MemberConnection } from './member-connection.js';
import type { MemberSocket } from './member-connection.js';
import type { MemberService } from './member-service.js';
import { tellUpdates } from './room-updates.js';

export interface MemberNamespaceParts {
  readonly namespace: Namespace<MemberToServerEvents, ServerToMemberEvents>;
  readonly members: MemberService;
  readonly rooms: RoomRegistry;
  readonly viewers: ViewerService;
  readonly checks: CheckService;
  /** The address a socket comes from, as limits count it. */
  readonly addressOf: (socket: MemberSocket) => string;
  /** How long a page may be connected without joining. */
  readonly guestTimeoutMs: number;
  /** Spent by socket. */
  readonly budget: RequestBudget;
  readonly counters: Counters;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Serves pages: their requests, and the changes of their room. */
export function serveMembers(parts: MemberNamespaceParts): void {
  const { namespace, rooms, clock } = parts;
  namespace.on('connection', (socket) => {
    const connection = new MemberConnection(socket, parts);
    socket.on('disconnect', (reason) => connection.lost(reason === 'client namespace disconnect'));
  });

  tellUpdates(rooms, clock, (room) => {
    namespace.to(room.roomId).emit('room:update', room.snapshot());
  });
}
