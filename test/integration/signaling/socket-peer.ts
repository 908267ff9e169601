import { io } from 'socket.io-client';
import type { ManagerOptions, Socket, SocketOptions } from 'socket.io-client';

import type { Result } from '../../../signaling/protocol/result.js';

interface Received {
  readonly event: string;
  readonly payload: unknown;
}

interface Waiter {
  readonly matches: (received: Received) => boolean;
  readonly resolve: (received: Received) => void;
}

/** One end of a Socket.IO connection that remembers what it received, so that no test misses it. */
export class SocketPeer {
  readonly socket: Socket;
  readonly received: Received[] = [];
  /** Rejects when the connection is refused. */
  readonly opened: Promise<void>;
  /** Resolves with the reason. */
  readonly disconnected: Promise<string>;
  #waiters: Waiter[] = [];

  /** Starts to connect; a lost connection is not renewed. */
  constructor(address: string, options: Partial<ManagerOptions & SocketOptions> = {}) {
    const socket = io(address, {
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      ...options,
    });
    this.socket = socket;
    socket.onAny((event: string, payload: unknown, acknowledge: unknown) => {
      this.#note({ event, payload });
      if (typeof acknowledge === 'function') {
        void Promise.resolve(this.answer(event, payload)).then((result) => {
          if (result !== null) (acknowledge as (answer: unknown) => void)(result);
        });
      }
    });
    this.disconnected = new Promise((resolve) => socket.once('disconnect', resolve));
    this.opened = new Promise((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', (error) => {
        socket.disconnect();
        reject(error);
      });
    });
  }

  /** Asks and returns the answer, whatever it is; the test's own time limit bounds the wait. */
  ask(event: string, ...args: unknown[]): Promise<Result<never>> {
    return this.socket.emitWithAck(event, ...args) as Promise<Result<never>>;
  }

  /** The first event, received already or yet to come, that fits. */
  async next<T>(event: string, fits: (payload: T) => boolean = () => true): Promise<T> {
    const matches = (received: Received): boolean =>
      received.event === event && fits(received.payload as T);
    const found =
      this.received.find(matches) ??
      (await new Promise<Received>((resolve) => this.#waiters.push({ matches, resolve })));
    return found.payload as T;
  }

  /** Forgets what was received so far. */
  forget(): void {
    this.received.length = 0;
  }

  close(): void {
    this.socket.disconnect();
  }

  /** Answers what the other end asks; null leaves it unanswered. */
  protected answer: (event: string, payload: unknown) => unknown = () => null;

  #note(received: Received): void {
    this.received.push(received);
    const ready = this.#waiters.filter(({ matches }) => matches(received));
    this.#waiters = this.#waiters.filter((waiter) => !ready.includes(waiter));
    for (const { resolve } of ready) resolve(received);
  }
}
