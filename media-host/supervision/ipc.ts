import { fail, ok, RequestError } from '../../signaling/protocol/result.js';
import type { Result } from '../../signaling/protocol/result.js';

import { parseIpcMessage } from './ipc-messages.js';
import type { IpcEndpoint, IpcMessage } from './ipc-messages.js';

/** What one side may ask of the other: request name -> payload and answer. */
export type RequestMap = Record<string, { payload: unknown; answer: unknown }>;
/** What one side may tell the other: notice name -> payload. */
export type NoticeMap = Record<string, unknown>;

/** Answers one kind of request; what it throws becomes the failed {@link Result}. */
export type RequestHandlers<Requests extends RequestMap> = {
  readonly [Name in keyof Requests]: (
    payload: Requests[Name]['payload'],
  ) => Promise<Requests[Name]['answer']> | Requests[Name]['answer'];
};

export type NoticeHandlers<Notices extends NoticeMap> = {
  readonly [Name in keyof Notices]: (payload: Notices[Name]) => void;
};

/** Requests that may wait for an answer, and answers that may be in the making, at a time. */
const maxPending = 256;
/** Notices that may wait in the channel; past that, the newest is dropped and `notify` says so. */
const maxUnsentNotices = 1024;

interface Pending {
  readonly finish: (result: Result<unknown>) => void;
}

/**
 * Asks and tells the other end of a process channel. One channel belongs to one child: when
 * the child goes, everything pending fails, and so does everything asked later.
 */
export class RequestChannel<
  Requests extends RequestMap,
  Notices extends NoticeMap = Record<string, never>,
> {
  readonly #endpoint: IpcEndpoint;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #unsentNotices = 0;
  #closed = false;

  constructor(endpoint: IpcEndpoint) {
    this.#endpoint = endpoint;
    endpoint.on('message', this.#onMessage);
    endpoint.on('disconnect', this.#onDisconnect);
  }

  /**
   * Asks the other end. Never rejects: a refusal travels with its code; a time-out, a full
   * channel or the end of the process is an `internal-error`.
   */
  request<Name extends keyof Requests & string>(
    name: Name,
    payload: Requests[Name]['payload'],
    timeoutMs: number,
  ): Promise<Result<Requests[Name]['answer']>> {
    if (this.#closed || !this.#endpoint.connected) return Promise.resolve(processGone(name));
    if (this.#pending.size >= maxPending) {
      return Promise.resolve(
        fail('internal-error', `Too many requests wait; "${name}" was not sent.`),
      );
    }
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        finish(fail('internal-error', `"${name}" was not answered within ${timeoutMs} ms.`));
      }, timeoutMs);
      const finish = (result: Result<unknown>): void => {
        clearTimeout(timer);
        this.#pending.delete(id);
        resolve(result);
      };
      this.#pending.set(id, { finish });
      send(this.#endpoint, { type: 'request', id, name, payload }, (error) => {
        if (error) finish(processGone(name));
      });
    });
  }

  /**
   * Tells the other end; nothing comes back.
   * @returns false when the notice was dropped: the channel is full or closed
   */
  notify<Name extends keyof Notices & string>(name: Name, payload: Notices[Name]): boolean {
    if (this.#closed || !this.#endpoint.connected) return false;
    if (this.#unsentNotices >= maxUnsentNotices) return false;
    this.#unsentNotices += 1;
    send(this.#endpoint, { type: 'notice', name, payload }, () => {
      this.#unsentNotices -= 1;
    });
    return true;
  }

  /** Fails what is pending and stops listening. The process lives on. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#endpoint.off('message', this.#onMessage);
    this.#endpoint.off('disconnect', this.#onDisconnect);
    for (const { finish } of [...this.#pending.values()]) finish(processGone('the request'));
  }

  readonly #onDisconnect = (): void => this.close();

  readonly #onMessage = (raw: unknown): void => {
    const message = parseIpcMessage(raw);
    if (message?.type === 'response') this.#pending.get(message.id)?.finish(message.result);
  };
}

/**
 * Answers the requests and takes the notices of the other end, until the returned function
 * is called or the channel closes.
 * @param onFault told of what a handler threw that was no {@link RequestError}; the asker only
 *   learns that something went wrong
 */
export function serveRequests<
  Requests extends RequestMap,
  Notices extends NoticeMap = Record<string, never>,
>(
  endpoint: IpcEndpoint,
  requests: RequestHandlers<Requests>,
  notices: NoticeHandlers<Notices>,
  onFault: (error: unknown, name: string) => void,
): () => void {
  const requestHandlers = new Map(Object.entries<(payload: never) => unknown>(requests));
  const noticeHandlers = new Map(Object.entries<(payload: never) => void>(notices));
  let running = 0;

  const answer = async (name: string, payload: unknown): Promise<Result<unknown>> => {
    const handler = requestHandlers.get(name);
    if (!handler) return fail('bad-request', `There is no request "${name}".`);
    if (running >= maxPending) return fail('internal-error', 'Too many requests at a time.');
    running += 1;
    try {
      return ok(await handler(payload as never));
    } catch (error) {
      if (error instanceof RequestError) return fail(error.code, error.message);
      onFault(error, name);
      return fail('internal-error', 'Something went wrong.');
    } finally {
      running -= 1;
    }
  };

  const onMessage = (raw: unknown): void => {
    const message = parseIpcMessage(raw);
    if (message?.type === 'request') {
      void answer(message.name, message.payload).then((result) => {
        if (!endpoint.connected) return;
        send(endpoint, { type: 'response', id: message.id, result }, ignoreGone);
      });
    } else if (message?.type === 'notice') {
      try {
        noticeHandlers.get(message.name)?.(message.payload as never);
      } catch (error) {
        onFault(error, message.name);
      }
    }
  };
  const close = (): void => {
    endpoint.off('message', onMessage);
    endpoint.off('disconnect', close);
  };
  endpoint.on('message', onMessage);
  endpoint.on('disconnect', close);
  return close;
}

/** Tells the parent that this process is ready for work. */
export function sendReady(endpoint: IpcEndpoint): void {
  if (endpoint.connected) send(endpoint, { type: 'ready' }, ignoreGone);
}

/**
 * Tells the parent at intervals that this process' event loop turns. The timer does not keep
 * the process alive.
 * @returns stops it
 */
export function startHeartbeat(endpoint: IpcEndpoint, intervalMs: number): () => void {
  const timer = setInterval(() => {
    if (endpoint.connected) send(endpoint, { type: 'heartbeat' }, ignoreGone);
  }, intervalMs);
  timer.unref();
  const stop = (): void => clearInterval(timer);
  endpoint.on('disconnect', stop);
  return stop;
}

/** A message that cannot be delivered means that the other end is gone, which 'disconnect' reports. */
const ignoreGone = (): void => undefined;

function send(
  endpoint: IpcEndpoint,
  message: IpcMessage,
  done: (error: Error | null) => void,
): void {
  if (!endpoint.send) throw new Error('this process has no channel to its parent');
  endpoint.send(message, undefined, undefined, done);
}

const processGone = (name: string): Result<never> =>
  fail('internal-error', `The process that "${name}" was sent to is gone.`);
