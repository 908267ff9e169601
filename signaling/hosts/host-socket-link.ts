import type { Logger } from 'pino';
import type { Socket } from 'socket.io';
import { z } from 'zod';

import { reachedName } from '../ice/reached-name.js';
import { checkPeerSchema } from '../protocol/check.js';
import type { HostToServerEvents, ServerToHostEvents } from '../protocol/host-events.js';
import { opaqueIdSchema } from '../protocol/identifiers.js';
import { emptySchema } from '../protocol/requests.js';
import { errorCodes, fail, unwrap } from '../protocol/result.js';
import type { Result } from '../protocol/result.js';
import { hostViewerOfferSchema, transportOptionsSchema } from '../protocol/transport.js';

import type { HostAnswer, HostLink, HostPayload, HostRequest } from './host-link.js';

export type HostSocket = Socket<HostToServerEvents, ServerToHostEvents>;

const answerTimeoutMs = 5000;

const failureSchema = z.object({
  ok: z.literal(false),
  error: z.object({ code: z.enum(errorCodes), message: z.string().max(500) }),
});

const answerSchemas: { readonly [E in HostRequest]: z.ZodType<HostAnswer<E>> } = {
  'rooms:assign': emptySchema,
  'control:update': emptySchema,
  'viewer:open': hostViewerOfferSchema,
  'viewer:start': emptySchema,
  'viewer:close': emptySchema,
  'transport:open': transportOptionsSchema,
  'transport:connect': emptySchema,
  'transport:candidate': emptySchema,
  'check:open': checkPeerSchema,
  'check:connect': emptySchema,
  'check:candidate': emptySchema,
  'check:close': emptySchema,
  'data:produce': z.object({ dataProducerId: opaqueIdSchema }),
};

/** A media host behind a Socket.IO socket. What it answers is checked like anything else from outside. */
export class HostSocketLink implements HostLink {
  readonly reachedAs: string | null;

  constructor(
    readonly hostId: string,
    readonly connectedSinceMs: number,
    readonly onThisMachine: boolean,
    private readonly socket: HostSocket,
    private readonly log: Logger,
  ) {
    this.reachedAs = reachedName(socket.handshake.headers.host);
  }

  async request<E extends HostRequest>(event: E, payload: HostPayload<E>): Promise<HostAnswer<E>> {
    return unwrap(await this.#ask(event, payload));
  }

  end(): void {
    this.socket.disconnect(true);
  }

  async #ask<E extends HostRequest>(
    event: E,
    payload: HostPayload<E>,
  ): Promise<Result<HostAnswer<E>>> {
    const answer = await this.#emit(event, payload);
    if (answer === null) return unavailable();
    const failure = failureSchema.safeParse(answer);
    if (failure.success) return failure.data;
    const success = z
      .object({ ok: z.literal(true), value: answerSchemas[event] })
      .safeParse(answer);
    if (success.success) return success.data as Result<HostAnswer<E>>;
    this.log.error({ event, issues: success.error.issues }, 'media host gave a malformed answer');
    return unavailable();
  }

  /** @returns the raw answer, or null when there was none in time */
  #emit(event: HostRequest, payload: unknown): Promise<unknown> {
    const untyped = this.socket as Socket;
    return new Promise((resolve) => {
      untyped
        .timeout(answerTimeoutMs)
        .emit(event, payload, (error: Error | null, answer: unknown) => {
          if (error) this.log.warn({ event }, 'media host did not answer in time');
          resolve(error ? null : answer);
        });
    });
  }
}

const unavailable = (): Result<never> =>
  fail('desktop-unavailable', 'The desktop does not answer at the moment. Please try again.');
