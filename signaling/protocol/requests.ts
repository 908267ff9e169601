import { z } from 'zod';

import { displayNameSchema, opaqueIdSchema, passcodeSchema, roomIdSchema } from './identifiers.js';
import {
  candidateLineSchema,
  dataProducerLabelSchema,
  remoteParametersSchema,
  sctpStreamParametersSchema,
  soundCodecSchema,
  viewerPathSchema,
} from './transport.js';

/*
 * Run-time schemas of every request a page sends to the signaling service. The
 * viewer requests travel on to the media host with the room's id added.
 */

export const emptySchema = z.object({});

export const joinSchema = z.object({
  roomId: roomIdSchema,
  name: displayNameSchema,
  passcode: passcodeSchema,
});
export type JoinRequest = z.infer<typeof joinSchema>;

export const resumeSchema = z.object({ token: z.string().min(16).max(2048) });
export type ResumeRequest = z.infer<typeof resumeSchema>;

/** `via` is how media shall come; a page asks for `websocket` where data channels do not open. */
export const viewerOpenSchema = z.object({
  via: viewerPathSchema.default('webrtc'),
  /** Opus when absent. */
  sound: soundCodecSchema.optional(),
});
export type ViewerOpenRequest = z.infer<typeof viewerOpenSchema>;

export const viewerSchema = z.object({ viewerId: opaqueIdSchema });
export type ViewerRequest = z.infer<typeof viewerSchema>;

export const transportConnectSchema = viewerSchema.extend({
  transportId: opaqueIdSchema,
  remote: remoteParametersSchema,
});
export type TransportConnectRequest = z.infer<typeof transportConnectSchema>;

export const transportCandidateSchema = viewerSchema.extend({
  transportId: opaqueIdSchema,
  candidate: candidateLineSchema,
});
export type TransportCandidate = z.infer<typeof transportCandidateSchema>;

export const dataProduceSchema = viewerSchema.extend({
  transportId: opaqueIdSchema,
  label: dataProducerLabelSchema,
  sctpStreamParameters: sctpStreamParametersSchema,
});
export type DataProduceRequest = z.infer<typeof dataProduceSchema>;
