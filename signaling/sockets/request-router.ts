import type { Logger } from 'pino';
import type { Socket } from 'socket.io';
import type { z } from 'zod';

import type { Counters } from '../counters.js';
import type { RequestBudget } from '../limits/request-budget.js';
import type { Acknowledge } from '../protocol/member-events.js';
import { RequestError, fail, ok } from '../protocol/result.js';
import type { Result } from '../protocol/result.js';

import { describeIssues } from './describe-issues.js';

/** Payload and answer of an event; an event without acknowledgement has an answer nobody gets. */
type Exchange<Event> = Event extends (
  payload: infer Payload,
  acknowledge: Acknowledge<infer Answer>,
) => void
  ? { payload: Payload; answer: Answer }
  : never;

export interface RequestRouterOptions {
  readonly counters: Counters;
  /** Spent by socket, one point an event, whatever the event; null for one that may send what it will. */
  readonly budget: RequestBudget | null;
  readonly log: Logger;
}

/** Events beyond its budget that a socket may send before it is closed. */
const maxOverspending = 1000;

/**
 * Answers what a socket sends: checks each payload with its schema, and turns values and
 * errors into a `Result`. An event that is not in the protocol is counted and refused.
 */
export class RequestRouter<Events extends object> {
  readonly #known = new Set<string>();
  readonly #socket: Socket;
  #overspending = 0;

  constructor(
    socket: Socket,
    private readonly options: RequestRouterOptions,
  ) {
    this.#socket = socket;
    // An event that a peer names "error" would otherwise throw for want of a listener.
    socket.on('error', () => undefined);
    socket.onAny((event: string, ...args: unknown[]) => {
      if (this.#known.has(event)) return;
      void this.#answer(event, async () => {
        await this.options.budget?.spend(this.#socket.id, 1);
        this.options.counters.increment('unknownEvents');
        throw new RequestError('bad-request', 'There is no such request.');
      }).then(acknowledgeOf(args));
    });
  }

  /**
   * Sets what answers an event. `handle` gets a payload that fits the schema; a
   * {@link RequestError} it throws reaches the asker, any other error is logged and hidden.
   */
  on<E extends keyof Events & string>(
    event: E,
    schema: z.ZodType<Exchange<Events[E]>['payload']>,
    handle: (
      payload: Exchange<Events[E]>['payload'],
    ) => Promise<Exchange<Events[E]>['answer']> | Exchange<Events[E]>['answer'],
  ): void {
    const name: string = event;
    this.#known.add(name);
    this.#socket.on(name, (...args: unknown[]) => {
      void this.#answer(event, async () => {
        await this.options.budget?.spend(this.#socket.id, 1);
        const payload = schema.safeParse(args[0]);
        if (payload.success) return handle(payload.data);
        this.options.counters.increment('malformedRequests');
        throw new RequestError('bad-request', describeIssues(payload.error));
      }).then(acknowledgeOf(args));
    });
  }

  async #answer(event: string, handle: () => Promise<unknown>): Promise<Result<unknown>> {
    try {
      return ok(await handle());
    } catch (error) {
      if (!(error instanceof RequestError)) {
        this.options.log.error({ err: error, event }, 'request failed');
        return fail('internal-error', 'Something went wrong in the service. Please try again.');
      }
      if (error.code === 'rate-limited') this.#noteOverspending();
      return fail(error.code, error.message);
    }
  }

  #noteOverspending(): void {
    this.options.counters.increment('rateLimited');
    this.#overspending += 1;
    if (this.#overspending === maxOverspending) {
      this.options.log.warn('socket closed: it went far beyond its budget of requests');
      this.#socket.disconnect(true);
    }
  }
}

/** The callback a peer gave as last argument, or one that does nothing. */
function acknowledgeOf(args: readonly unknown[]): (result: Result<unknown>) => void {
  const last = args.at(-1);
  return isAcknowledge(last) ? last : () => undefined;
}

function isAcknowledge(value: unknown): value is (result: Result<unknown>) => void {
  return typeof value === 'function';
}
