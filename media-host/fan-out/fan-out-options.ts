import { z } from 'zod';

/** What a fan-out process is started with: one JSON object in its environment. */
export const fanOutOptionsSchema = z.object({
  broadcastSocketPath: z.string(),
  /** Where media sockets are joined to those of pages: the signaling service. */
  signalingUrl: z.string(),
  bindAddress: z.string().optional(),
  portRange: z.object({ first: z.number().int(), last: z.number().int() }).optional(),
  /** User and group the process becomes once it is loaded; absent when started without root. */
  runAs: z.object({ uid: z.number().int(), gid: z.number().int() }).optional(),
});

export type FanOutOptions = z.infer<typeof fanOutOptionsSchema>;

export const fanOutOptionsVariable = 'SHARE_SPACE_FAN_OUT_OPTIONS';
