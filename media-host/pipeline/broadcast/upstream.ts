import { z } from 'zod';

import type { VideoRendition } from '../../../signaling/protocol/media-message.js';
import { inputSchema } from '../../../signaling/protocol/viewer-messages.js';

const count = z.number().int().min(0);
const videoDemandSchema = z.object({
  /** Viewers that are sent this rendition. */
  receiving: count,
  /** Viewers that would be, if their network carried it; includes those that are. */
  wanting: count,
  /** Of these, the ones whose network carries it badly or not at all. */
  suffering: count,
});
export type VideoDemand = z.infer<typeof videoDemandSchema>;

/** What a subscriber's viewers need; nothing that nobody needs is captured or encoded. */
export const demandSchema = z.object({
  main: videoDemandSchema,
  small: videoDemandSchema,
  /** Viewers that need sound as AAC. */
  compatibleSound: count,
});
export type Demand = z.infer<typeof demandSchema>;

export const noDemand: Demand = {
  main: { receiving: 0, wanting: 0, suffering: 0 },
  small: { receiving: 0, wanting: 0, suffering: 0 },
  compatibleSound: 0,
};

/** What several subscribers need together. */
export function addDemands(demands: Iterable<Demand>): Demand {
  let sum = noDemand;
  const add = (rendition: VideoRendition, demand: Demand): VideoDemand => ({
    receiving: sum[rendition].receiving + demand[rendition].receiving,
    wanting: sum[rendition].wanting + demand[rendition].wanting,
    suffering: sum[rendition].suffering + demand[rendition].suffering,
  });
  for (const demand of demands) {
    sum = {
      main: add('main', demand),
      small: add('small', demand),
      compatibleSound: sum.compatibleSound + demand.compatibleSound,
    };
  }
  return sum;
}

/** What a subscriber of the broadcast tells the pipeline. */
export const upstreamSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('demand'), demand: demandSchema }),
  /** A viewer cannot start or go on without a key frame. */
  z.object({ type: z.literal('key-frame'), rendition: z.enum(['main', 'small']) }),
  /** Input of the member who has control. */
  z.object({ type: z.literal('input'), input: inputSchema }),
]);

export type Upstream = z.infer<typeof upstreamSchema>;
