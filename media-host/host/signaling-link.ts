import type { Logger } from 'pino';
import { io, type Socket } from 'socket.io-client';
import type { ZodType } from 'zod';

import { hostPassHeader } from '../../deploy/host-secret.js';
import type { CheckCandidate } from '../../signaling/protocol/check.js';
import {
  hostCheckCandidateSchema,
  hostCheckConnectSchema,
  hostCheckOpenSchema,
  hostCheckSchema,
  hostDataProduceSchema,
  hostNamespace,
  hostTransportCandidateSchema,
  hostTransportConnectSchema,
  hostViewerOpenSchema,
  hostViewerSchema,
  roomsAssignSchema,
  type HostToServerEvents,
  type HostTransportCandidate,
  type HostViewerClosed,
  type RoomStatus,
  type ServerToHostEvents,
} from '../../signaling/protocol/host-events.js';
import { fail, ok, RequestError, type Result } from '../../signaling/protocol/result.js';
import { controllerSchema, type ControllerUpdate } from '../../signaling/protocol/room.js';

type Requests = ServerToHostEvents;
type RequestName = keyof Requests;
type PayloadOf<Name extends RequestName> = Parameters<Requests[Name]>[0];
type AnswerOf<Name extends RequestName> =
  Parameters<Parameters<Requests[Name]>[1]>[0] extends Result<infer T> ? T : never;

/** Answers each request of the signaling service; what a handler throws becomes the failed answer. */
export type LinkHandlers = {
  readonly [Name in RequestName]: (
    request: PayloadOf<Name>,
  ) => AnswerOf<Name> | Promise<AnswerOf<Name>>;
};

const schemas: { readonly [Name in RequestName]: ZodType<PayloadOf<Name>> } = {
  'rooms:assign': roomsAssignSchema,
  'control:update': controllerSchema,
  'viewer:open': hostViewerOpenSchema,
  'viewer:start': hostViewerSchema,
  'viewer:close': hostViewerSchema,
  'transport:open': hostViewerSchema,
  'transport:connect': hostTransportConnectSchema,
  'transport:candidate': hostTransportCandidateSchema,
  'data:produce': hostDataProduceSchema,
  'check:open': hostCheckOpenSchema,
  'check:connect': hostCheckConnectSchema,
  'check:candidate': hostCheckCandidateSchema,
  'check:close': hostCheckSchema,
};

/** How long to wait before asking a service again that refused. */
const refusedRetryMs = 1000;

export interface LinkOptions {
  readonly signalingUrl: string;
  /** Makes a fresh token for each attempt to connect. */
  readonly makeToken: () => Promise<string>;
  /** See `createHostPass`. */
  readonly pass: string;
  readonly handlers: LinkHandlers;
  readonly onConnect: () => void;
  readonly logger: Logger;
}

/** A media host's connection to the signaling service; it is kept up for ever. */
export class SignalingLink {
  readonly #socket: Socket<ServerToHostEvents, HostToServerEvents>;
  readonly #logger: Logger;
  #retry: NodeJS.Timeout | undefined;

  constructor(options: LinkOptions) {
    const { logger, makeToken } = options;
    this.#logger = logger;
    this.#socket = io(options.signalingUrl + hostNamespace, {
      transports: ['websocket'],
      extraHeaders: { [hostPassHeader]: options.pass },
      reconnectionDelay: 200,
      reconnectionDelayMax: 2000,
      auth: (supply) => {
        makeToken().then(
          (token) => supply({ token }),
          (error: unknown) => {
            logger.error({ err: error }, 'no host token could be made');
            // The service refuses an attempt without one, which leads to the next.
            supply({});
          },
        );
      },
    });
    this.#socket.on('connect', () => {
      logger.info('registered with the signaling service');
      options.onConnect();
    });
    this.#socket.on('disconnect', (reason) => {
      logger.warn({ reason }, 'signaling service lost');
      // A connection the service ended, unlike a lost one, is not renewed by Socket.IO itself.
      if (reason === 'io server disconnect') this.#connectLater();
    });
    this.#socket.on('connect_error', (error) => this.#onConnectError(error));
    for (const name of Object.keys(schemas) as RequestName[]) {
      this.#serve(name, options.handlers[name]);
    }
  }

  sendStatus(status: RoomStatus): void {
    this.#socket.emit('room:status', status);
  }

  sendController(event: ControllerUpdate): void {
    this.#socket.emit('control:report', event);
  }

  sendViewerClosed(event: HostViewerClosed): void {
    this.#socket.emit('viewer:closed', event);
  }

  sendCandidate(candidate: HostTransportCandidate): void {
    this.#socket.emit('transport:candidate', candidate);
  }

  sendCheckCandidate(candidate: CheckCandidate): void {
    this.#socket.emit('check:candidate', candidate);
  }

  close(): void {
    clearTimeout(this.#retry);
    this.#socket.removeAllListeners();
    this.#socket.disconnect();
  }

  #serve(name: RequestName, handler: (request: never) => unknown): void {
    // Socket.IO cannot type a listener that is chosen at run time; the schema checks what arrives.
    (this.#socket as Socket).on(name, (request: unknown, acknowledge: unknown) => {
      void this.#answer(name, request, handler).then((result) => {
        if (typeof acknowledge === 'function') (acknowledge as (result: unknown) => void)(result);
      });
    });
  }

  async #answer(
    name: RequestName,
    request: unknown,
    handler: (request: never) => unknown,
  ): Promise<Result<unknown>> {
    const parsed = schemas[name].safeParse(request);
    if (!parsed.success) return fail('bad-request', parsed.error.message);
    try {
      return ok(await handler(parsed.data as never));
    } catch (error) {
      if (error instanceof RequestError) return fail(error.code, error.message);
      this.#logger.error({ err: error, name }, 'request failed');
      return fail('internal-error', 'The media host could not do this.');
    }
  }

  #onConnectError(error: Error): void {
    this.#logger.warn({ why: error.message }, 'signaling service refused or is not there');
    // A refusal of the service, unlike a network error, is not tried again by Socket.IO itself.
    if (!this.#socket.active) this.#connectLater();
  }

  #connectLater(): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#socket.connect(), refusedRetryMs);
  }
}
