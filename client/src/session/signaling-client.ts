import { io, type Socket } from 'socket.io-client';

import {
  memberNamespace,
  type MemberToServerEvents,
  type ServerToMemberEvents,
} from '../../../signaling/protocol/member-events.js';
import { fail, type Result } from '../../../signaling/protocol/result.js';

type Requests = MemberToServerEvents;
type PayloadOf<Name extends keyof Requests> = Parameters<Requests[Name]>[0];
type AnswerOf<Name extends keyof Requests> =
  Parameters<Parameters<Requests[Name]>[1]>[0] extends Result<infer T> ? T : never;

const requestTimeoutMs = 8000;

/** The page's connection to the signaling service. It reconnects by itself, for ever. */
export class SignalingClient {
  readonly #socket: Socket<ServerToMemberEvents, MemberToServerEvents>;
  #closed = false;

  constructor(onConnect: () => void, onDisconnect: () => void) {
    this.#socket = io(memberNamespace, {
      transports: ['websocket'],
      reconnectionDelay: 250,
      reconnectionDelayMax: 3000,
    });
    this.#socket.on('connect', onConnect);
    this.#socket.on('disconnect', onDisconnect);
  }

  get connected(): boolean {
    return this.#socket.connected;
  }

  on<Name extends keyof ServerToMemberEvents>(
    name: Name,
    listener: ServerToMemberEvents[Name],
  ): void {
    // Socket.IO's own types cannot tell that a name of the map is no reserved event.
    (this.#socket as Socket<Record<string, ServerToMemberEvents[Name]>>).on(
      name,
      listener as never,
    );
  }

  /** Never rejects: what goes wrong comes back as a failed {@link Result}. */
  async request<Name extends keyof Requests>(
    name: Name,
    payload: PayloadOf<Name>,
  ): Promise<Result<AnswerOf<Name>>> {
    // A page that joined nothing for a while was sent away; what is sent waits for the connection.
    if (!this.#socket.active && !this.#closed) this.#socket.connect();
    try {
      const socket = (this.#socket as Socket).timeout(requestTimeoutMs);
      return (await socket.emitWithAck(name, payload)) as Result<AnswerOf<Name>>;
    } catch {
      return fail('internal-error', 'The server did not answer. Check your connection.');
    }
  }

  close(): void {
    this.#closed = true;
    this.#socket.removeAllListeners();
    this.#socket.disconnect();
  }
}
