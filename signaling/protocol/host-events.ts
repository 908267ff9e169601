import { z } from 'zod';

import { checkCandidateSchema, checkConnectSchema, checkSchema } from './check.js';
import type { CheckCandidate, CheckPeer } from './check.js';
import { opaqueIdSchema, roomIdSchema } from './identifiers.js';
import type { Acknowledge } from './member-events.js';
import {
  dataProduceSchema,
  transportCandidateSchema,
  transportConnectSchema,
  viewerSchema,
} from './requests.js';
import { desktopStatusSchema, roomSpecSchema, viewerCloseReasonSchema } from './room.js';
import type { ControllerUpdate } from './room.js';
import { iceServerSchema, soundCodecSchema } from './transport.js';
import type { HostViewerOffer, TransportOptions } from './transport.js';

/** Socket.IO namespace of media hosts. */
export const hostNamespace = '/host';

/**
 * A media host proves that it knows the shared secret with a short-lived HS256 token
 * (RFC 7519) in the Socket.IO handshake: `sub` is the host's id, `aud` this string,
 * `jti` a nonce that is accepted once.
 */
export const hostTokenAudience = 'share-space-host';

const inRoom = { roomId: roomIdSchema };

export const hostViewerOpenSchema = viewerSchema.extend({
  ...inRoom,
  memberId: opaqueIdSchema,
  iceServers: z.array(iceServerSchema),
  /** Opus when absent. */
  sound: soundCodecSchema.optional(),
  /** Present for media over WebSocket: what the host's media socket proves itself with. */
  mediaToken: opaqueIdSchema.optional(),
});
export type HostViewerOpen = z.infer<typeof hostViewerOpenSchema>;

export const hostViewerSchema = viewerSchema.extend(inRoom);
export type HostViewer = z.infer<typeof hostViewerSchema>;

export const hostTransportConnectSchema = transportConnectSchema.extend(inRoom);
export type HostTransportConnect = z.infer<typeof hostTransportConnectSchema>;

export const hostTransportCandidateSchema = transportCandidateSchema.extend(inRoom);
export type HostTransportCandidate = z.infer<typeof hostTransportCandidateSchema>;

export const hostDataProduceSchema = dataProduceSchema.extend(inRoom);
export type HostDataProduce = z.infer<typeof hostDataProduceSchema>;

export const hostCheckSchema = checkSchema.extend(inRoom);
export type HostCheck = z.infer<typeof hostCheckSchema>;

export const hostCheckOpenSchema = hostCheckSchema.extend({
  iceServers: z.array(iceServerSchema),
});
export type HostCheckOpen = z.infer<typeof hostCheckOpenSchema>;

export const hostCheckConnectSchema = checkConnectSchema.extend(inRoom);
export type HostCheckConnect = z.infer<typeof hostCheckConnectSchema>;

export const hostCheckCandidateSchema = checkCandidateSchema.extend(inRoom);
export type HostCheckCandidate = z.infer<typeof hostCheckCandidateSchema>;

export const roomsAssignSchema = z.object({ rooms: z.array(roomSpecSchema) });
export type RoomsAssign = z.infer<typeof roomsAssignSchema>;

export const roomStatusSchema = z.object({ ...inRoom, desktop: desktopStatusSchema });
export type RoomStatus = z.infer<typeof roomStatusSchema>;

export const hostViewerClosedSchema = hostViewerSchema.extend({ reason: viewerCloseReasonSchema });
export type HostViewerClosed = z.infer<typeof hostViewerClosedSchema>;

type Empty = Record<string, never>;

/** Signaling service to media host. */
export interface ServerToHostEvents {
  /**
   * The rooms this host shall run, complete: the host starts what is missing, stops the rest and
   * sends a `room:status` of each. Comes at each connection and change; `control:update` of each
   * room follows.
   */
  'rooms:assign': (request: RoomsAssign, acknowledge: Acknowledge<Empty>) => void;
  /** Who may send input in a room; everybody else's is dropped. */
  'control:update': (request: ControllerUpdate, acknowledge: Acknowledge<Empty>) => void;
  'viewer:open': (request: HostViewerOpen, acknowledge: Acknowledge<HostViewerOffer>) => void;
  'viewer:start': (request: HostViewer, acknowledge: Acknowledge<Empty>) => void;
  'viewer:close': (request: HostViewer, acknowledge: Acknowledge<Empty>) => void;
  'transport:open': (request: HostViewer, acknowledge: Acknowledge<TransportOptions>) => void;
  'transport:connect': (request: HostTransportConnect, acknowledge: Acknowledge<Empty>) => void;
  'transport:candidate': (request: HostTransportCandidate, acknowledge: Acknowledge<Empty>) => void;
  'data:produce': (
    request: HostDataProduce,
    acknowledge: Acknowledge<{ dataProducerId: string }>,
  ) => void;
  /** A peer that sends back what it is sent, made by the processes of a room that has nothing to do with it. */
  'check:open': (request: HostCheckOpen, acknowledge: Acknowledge<CheckPeer>) => void;
  'check:connect': (request: HostCheckConnect, acknowledge: Acknowledge<Empty>) => void;
  'check:candidate': (request: HostCheckCandidate, acknowledge: Acknowledge<Empty>) => void;
  'check:close': (request: HostCheck, acknowledge: Acknowledge<Empty>) => void;
}

/** Media host to signaling service. */
export interface HostToServerEvents {
  'room:status': (event: RoomStatus) => void;
  /**
   * Who had control of a room when the connection was lost. Counts for a service that has been
   * restarted since, so that its members keep what they had.
   */
  'control:report': (event: ControllerUpdate) => void;
  'viewer:closed': (event: HostViewerClosed) => void;
  'transport:candidate': (event: HostTransportCandidate) => void;
  'check:candidate': (event: CheckCandidate) => void;
}
