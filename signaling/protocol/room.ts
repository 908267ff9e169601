import { z } from 'zod';

import { opaqueIdSchema, roomIdSchema, desktopSizeSchema } from './identifiers.js';

/** Someone in a room. `connected` is false while a dropped member may still come back. */
export interface Member {
  readonly memberId: string;
  readonly name: string;
  readonly connected: boolean;
}

/** A room's desktop as its members see it. `detail` says in a sentence why it is not running. */
export const desktopStatusSchema = z.object({
  state: z.enum(['stopped', 'starting', 'running', 'failed']),
  detail: z.string().max(500).optional(),
});
export type DesktopStatus = z.infer<typeof desktopStatusSchema>;

/** Everything a page shows of a room. Sent whole at every change: it is small, and cannot drift. */
export interface RoomSnapshot {
  readonly roomId: string;
  readonly members: readonly Member[];
  /** The member who has keyboard and mouse, or null when the desktop is free. */
  readonly controllerId: string | null;
  readonly desktop: DesktopStatus;
}

/** What a media host needs to run a room's desktop. */
export const roomSpecSchema = z.object({
  roomId: roomIdSchema,
  size: desktopSizeSchema,
  framesPerSecond: z.number().int().min(1).max(60),
  /** Bounds of the main rendition's bitrate, kilobits a second. */
  videoBitrateKbps: z.number().int().min(100).max(50_000),
  videoBitrateMinKbps: z.number().int().min(100).max(50_000),
});
export type RoomSpec = z.infer<typeof roomSpecSchema>;

export const controllerSchema = z.object({
  roomId: roomIdSchema,
  controllerId: opaqueIdSchema.nullable(),
});
export type ControllerUpdate = z.infer<typeof controllerSchema>;

/** Why a viewer's media ended. All but `closed` are worth opening a new viewer for. */
export const viewerCloseReasonSchema = z.enum([
  'closed',
  'connection-lost',
  'fan-out-restarted',
  'host-gone',
]);
export type ViewerCloseReason = z.infer<typeof viewerCloseReasonSchema>;

/** Why a member is no longer one. */
export type MemberRemovedReason = 'kicked' | 'room-closed' | 'joined-elsewhere';
