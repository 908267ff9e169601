import { z } from 'zod';

import { inputSchema } from '../../../signaling/protocol/viewer-messages.js';

/** What a subscriber of the broadcast tells the pipeline. */
export const upstreamSchema = z.discriminatedUnion('type', [
  /** How many viewers this subscriber feeds; nothing is captured while all say 0. */
  z.object({ type: z.literal('viewers'), count: z.number().int().min(0) }),
  /** A viewer cannot start or go on without a key frame. */
  z.object({ type: z.literal('key-frame') }),
  /** Input of the member who has control. */
  z.object({ type: z.literal('input'), input: inputSchema }),
]);

export type Upstream = z.infer<typeof upstreamSchema>;
