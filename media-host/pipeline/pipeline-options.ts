import { z } from 'zod';

import { roomSpecSchema } from '../../signaling/protocol/room.js';

/** What a room's pipeline is started with: one JSON object in its environment. */
export const pipelineOptionsSchema = z.object({
  room: roomSpecSchema,
  display: z.string(),
  rfbSocketPath: z.string(),
  sound: z.object({
    serverSocketPath: z.string(),
    cookiePath: z.string(),
    source: z.string(),
  }),
  broadcastSocketPath: z.string(),
  /** User and group the process becomes once it is loaded; absent when started without root. */
  runAs: z.object({ uid: z.number().int(), gid: z.number().int() }).optional(),
});

export type PipelineOptions = z.infer<typeof pipelineOptionsSchema>;

export const pipelineOptionsVariable = 'SHARE_SPACE_PIPELINE_OPTIONS';
