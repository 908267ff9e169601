import { z } from 'zod';

import { errorCodes } from '../../signaling/protocol/result.js';

/*
 * What travels between the media host and its children over the channel of
 * `child_process`. Either side may ask and answer; `ready` and `heartbeat` are the
 * child's to send.
 */

const nameSchema = z.string().min(1).max(64);

const resultSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({
    ok: z.literal(false),
    error: z.object({ code: z.enum(errorCodes), message: z.string() }),
  }),
]);

const ipcMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('heartbeat') }),
  z.object({
    type: z.literal('request'),
    id: z.number().int(),
    name: nameSchema,
    payload: z.unknown(),
  }),
  z.object({ type: z.literal('response'), id: z.number().int(), result: resultSchema }),
  z.object({ type: z.literal('notice'), name: nameSchema, payload: z.unknown() }),
]);

export type IpcMessage = z.infer<typeof ipcMessageSchema>;

/** Reads what came over the channel; null when it is not one of these messages. */
export function parseIpcMessage(message: unknown): IpcMessage | null {
  return ipcMessageSchema.safeParse(message).data ?? null;
}

/** The end of a channel: a `ChildProcess` in the parent, `process` in the child. */
export interface IpcEndpoint {
  readonly connected: boolean;
  send?(
    message: unknown,
    handle: undefined,
    options: undefined,
    callback: (error: Error | null) => void,
  ): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'disconnect', listener: () => void): unknown;
  off(event: 'message', listener: (message: unknown) => void): unknown;
  off(event: 'disconnect', listener: () => void): unknown;
}
