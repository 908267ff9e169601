import type { CheckCandidate, CheckConnectRequest, CheckOffer, CheckRequest } from './check.js';
import type {
  DataProduceRequest,
  JoinRequest,
  ResumeRequest,
  TransportCandidate,
  TransportConnectRequest,
  ViewerOpenRequest,
  ViewerRequest,
} from './requests.js';
import type { Result } from './result.js';
import type { MemberRemovedReason, RoomSnapshot, ViewerCloseReason } from './room.js';
import type { ViewerOffer, TransportOptions } from './transport.js';

/** Socket.IO namespace of pages in a room. */
export const memberNamespace = '/member';

/** What a page learns when it has joined. `token` brings the same member back after a drop or reload. */
export interface Welcome {
  readonly token: string;
  readonly memberId: string;
  readonly room: RoomSnapshot;
}

export type Acknowledge<T> = (result: Result<T>) => void;

type Empty = Record<string, never>;

/** Page to signaling service. Every request is acknowledged with a {@link Result}. */
export interface MemberToServerEvents {
  join: (request: JoinRequest, acknowledge: Acknowledge<Welcome>) => void;
  resume: (request: ResumeRequest, acknowledge: Acknowledge<Welcome>) => void;
  leave: (request: Empty, acknowledge: Acknowledge<Empty>) => void;

  'viewer:open': (request: ViewerOpenRequest, acknowledge: Acknowledge<ViewerOffer>) => void;
  'viewer:start': (request: ViewerRequest, acknowledge: Acknowledge<Empty>) => void;
  'viewer:close': (request: ViewerRequest, acknowledge: Acknowledge<Empty>) => void;
  'transport:open': (request: ViewerRequest, acknowledge: Acknowledge<TransportOptions>) => void;
  'transport:connect': (request: TransportConnectRequest, acknowledge: Acknowledge<Empty>) => void;
  'transport:candidate': (request: TransportCandidate, acknowledge: Acknowledge<Empty>) => void;
  'data:produce': (
    request: DataProduceRequest,
    acknowledge: Acknowledge<{ dataProducerId: string }>,
  ) => void;

  /** Round trip of the signaling connection; anybody may ask this, and for a check. */
  'check:ping': (request: Empty, acknowledge: Acknowledge<Empty>) => void;
  'check:open': (request: Empty, acknowledge: Acknowledge<CheckOffer>) => void;
  'check:connect': (request: CheckConnectRequest, acknowledge: Acknowledge<Empty>) => void;
  'check:candidate': (request: CheckCandidate, acknowledge: Acknowledge<Empty>) => void;
  'check:close': (request: CheckRequest, acknowledge: Acknowledge<Empty>) => void;

  'control:request': (request: Empty, acknowledge: Acknowledge<Empty>) => void;
  'control:release': (request: Empty, acknowledge: Acknowledge<Empty>) => void;
}

/** Signaling service to page. */
export interface ServerToMemberEvents {
  'room:update': (room: RoomSnapshot) => void;
  'viewer:closed': (event: { viewerId: string; reason: ViewerCloseReason }) => void;
  'transport:candidate': (event: TransportCandidate) => void;
  'check:candidate': (event: CheckCandidate) => void;
  'member:removed': (event: { reason: MemberRemovedReason }) => void;
}
