import { z } from 'zod';

/*
 * What a page sends to the media host on its data channels, as JSON text.
 * `feedback` says how the viewer fares; `input` is keyboard and mouse, and counts only
 * while the viewer's member has control.
 */

/** Larger than any valid message of these channels. */
export const maxViewerMessageSizeBytes = 4096;

/** A rendition of the picture, or the best one the viewer's path carries. */
export const renditionChoiceSchema = z.enum(['auto', 'main', 'small']);
export type RenditionChoice = z.infer<typeof renditionChoiceSchema>;

export const feedbackSchema = z.discriminatedUnion('type', [
  /** The viewer appended everything up to `sequence` of the video track. */
  z.object({ type: z.literal('ack'), sequence: z.number().int().min(0).max(0xffffffff) }),
  /** Asks for a clock message that carries `pageTimeMs` back. */
  z.object({ type: z.literal('ping'), pageTimeMs: z.number() }),
  /** The viewer cannot continue without a key frame. */
  z.object({ type: z.literal('resync') }),
  /** The probe message with this sequence number came. */
  z.object({ type: z.literal('probe'), sequence: z.number().int().min(0).max(0xffffffff) }),
  /** Which rendition the member wants. */
  z.object({ type: z.literal('quality'), choice: renditionChoiceSchema }),
  /** Whether anybody can see the page; to one that is hidden no pictures are sent. */
  z.object({ type: z.literal('visibility'), visible: z.boolean() }),
]);
export type Feedback = z.infer<typeof feedbackSchema>;

const coordinate = z.number().int().min(0).max(16_383);

export const inputSchema = z.discriminatedUnion('type', [
  /** Pointer position in desktop pixels, with the X11 button mask (bit 0 left, 1 middle, 2 right, 7 back, 8 forward). */
  z.object({
    type: z.literal('pointer'),
    x: coordinate,
    y: coordinate,
    buttons: z.number().int().min(0).max(0x1ff),
  }),
  /** Wheel clicks at a position; positive is down and right. */
  z.object({
    type: z.literal('wheel'),
    x: coordinate,
    y: coordinate,
    deltaX: z.number().int().min(-20).max(20),
    deltaY: z.number().int().min(-20).max(20),
  }),
  /** A key by X11 keysym (X11 protocol, appendix A; Unicode above 0x01000000). */
  z.object({
    type: z.literal('key'),
    keysym: z.number().int().min(1).max(0x0110ffff),
    down: z.boolean(),
  }),
  /** Everything the sender holds down is up. */
  z.object({ type: z.literal('release-all') }),
]);
export type Input = z.infer<typeof inputSchema>;

/**
 * Reads one message of a viewer channel.
 * @returns the message, or null when it is not one
 */
export function parseViewerMessage<T>(schema: z.ZodType<T>, data: string): T | null {
  if (data.length > maxViewerMessageSizeBytes) return null;
  let json: unknown;
  try {
    json = JSON.parse(data);
  } catch {
    return null;
  }
  const parsed = schema.safeParse(json);
  return parsed.success ? parsed.data : null;
}
