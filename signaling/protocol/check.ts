import { z } from 'zod';

import { opaqueIdSchema } from './identifiers.js';
import {
  candidateLineSchema,
  icePolicySchema,
  iceServerSchema,
  remoteParametersSchema,
  transportOptionsSchema,
} from './transport.js';
import type { SctpStreamParameters } from './transport.js';

/*
 * The connection check: before it joins anything, a page may have a real data channel peer at a
 * media host for a few seconds, which sends back what it is sent, and nothing else ever.
 */

/** A check ends by itself after this time, whatever its page does. */
export const checkLifetimeMs = 10_000;

/** A probe is text of at most this length. */
export const maxProbeLength = 64;

/** The page sends probes on one channel and gets them back on the other. */
export const echoStreams = {
  probe: { streamId: 0, ordered: true },
  echo: { streamId: 1, ordered: true },
} as const satisfies Record<string, SctpStreamParameters>;

export const checkSchema = z.object({ checkId: opaqueIdSchema });
export type CheckRequest = z.infer<typeof checkSchema>;

export const checkConnectSchema = checkSchema.extend({ remote: remoteParametersSchema });
export type CheckConnectRequest = z.infer<typeof checkConnectSchema>;

export const checkCandidateSchema = checkSchema.extend({ candidate: candidateLineSchema });
export type CheckCandidate = z.infer<typeof checkCandidateSchema>;

/** What a media host makes for a check. */
export const checkPeerSchema = z.object({ transport: transportOptionsSchema });
export type CheckPeer = z.infer<typeof checkPeerSchema>;

/** What a page needs to reach the peer of its check. */
export const checkOfferSchema = checkPeerSchema.extend({
  checkId: opaqueIdSchema,
  iceServers: z.array(iceServerSchema),
  icePolicy: icePolicySchema,
});
export type CheckOffer = z.infer<typeof checkOfferSchema>;
