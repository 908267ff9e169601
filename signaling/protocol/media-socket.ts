import { z } from 'zod';

import { opaqueIdSchema } from './identifiers.js';
import { dataProducerLabelSchema, type DataProducerLabel } from './transport.js';
import { maxViewerMessageSizeBytes } from './viewer-messages.js';

/*
 * Media over WebSocket, for pages that no UDP reaches. Page and media host each open a socket to
 * the signaling service, which joins the two. To the page: one media message in each binary frame.
 * To the media host: text frames, a label, a space and the JSON text of the data channel of that label.
 */

/** Where media sockets are opened, on the signaling service's own port. */
export const mediaSocketPath = '/media';

/** The first frame of a page. A media host proves itself in the request: `Authorization: Bearer TOKEN`. */
export const mediaHelloSchema = z.object({ token: opaqueIdSchema });
export type MediaHello = z.infer<typeof mediaHelloSchema>;

/** Larger than any text frame of a page: four bytes a character at most, and the label. */
export const maxMediaTextSizeBytes = 4 * maxViewerMessageSizeBytes + 64;

/** Writes a text frame. */
export function labelText(label: DataProducerLabel, json: string): string {
  return `${label} ${json}`;
}

/** Reads a text frame. @returns null when it has no label */
export function readLabelled(frame: string): { label: DataProducerLabel; json: string } | null {
  const space = frame.indexOf(' ');
  const label = dataProducerLabelSchema.safeParse(frame.slice(0, Math.max(0, space)));
  return label.success ? { label: label.data, json: frame.slice(space + 1) } : null;
}
