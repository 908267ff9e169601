import { io, type Socket } from 'socket.io-client';

import {
  memberNamespace,
  type MemberToServerEvents,
  type ServerToMemberEvents,
} from '../../../signaling/protocol/member-events.js';
import { fail, type Result } from '../../../signaling/protocol/result.js';
import { RemoteCandidates } from '../transport/remote-candidates.js';

type Requests = MemberToServerEvents;
type PayloadOf<Name extends keyof Requests> = Parameters<Requests[Name]>[0];
type AnswerOf<Name extends keyof Requests> =
  Parameters<Parameters<Requests[Name]>[1]>[0] extends Result<infer T> ? T : never;

const requestTimeoutMs = 8000;
/**
 * A sign of life takes a round trip, and the service's turn. The limit is doubled each time none came, so
 * that a slow network is not left for itself over and over.
 */
const checkTimeoutMs = 1200;
const maxCheckTimeoutMs = 10_000;
/**
 * How long one try to connect may take. Most are short, so that soon after a network is back one
 * is made in it; every third is long enough for a network that is merely slow.
 */
const connectTimeoutMs = 2500;
const patientConnectTimeoutMs = 10_000;

/** The page's connection to the signaling service. It reconnects by itself, for ever. */
export class SignalingClient {
  /** Candidates the media host sent, for transports and checks of this page. */
  readonly remoteCandidates = new RemoteCandidates();
  readonly #socket: Socket<ServerToMemberEvents, MemberToServerEvents>;
  #closed = false;
  #isChecking = false;
  #checkTimeoutMs = checkTimeoutMs;

  constructor(onConnect: () => void, onDisconnect: () => void) {
    this.#socket = io(memberNamespace, {
      transports: ['websocket'],
      reconnectionDelay: 250,
      reconnectionDelayMax: 1000,
      timeout: patientConnectTimeoutMs,
    });
    this.#socket.on('connect', onConnect);
    this.#socket.on('disconnect', onDisconnect);
    this.on('transport:candidate', ({ transportId, candidate }) =>
      this.remoteCandidates.deliver(transportId, candidate),
    );
    this.on('check:candidate', ({ checkId, candidate }) =>
      this.remoteCandidates.deliver(checkId, candidate),
    );
    this.#socket.io.on('reconnect_attempt', (attempt) => {
      this.#socket.io.timeout(attempt % 3 === 0 ? patientConnectTimeoutMs : connectTimeoutMs);
    });
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

  /**
   * Makes sure that the connection is alive, as after a sleep: one that does not answer is given up,
   * long before the service or the network would tell, and another is made.
   */
  async check(): Promise<void> {
    if (!this.#socket.connected) {
      // Put aside when the page was left; does nothing while a connection is being made.
      this.#socket.connect();
      return;
    }
    if (this.#isChecking) return;
    this.#isChecking = true;
    const { id } = this.#socket;
    const answered = await (this.#socket as Socket)
      .timeout(this.#checkTimeoutMs)
      .emitWithAck('check:ping', {})
      .then(
        () => true,
        () => false,
      );
    this.#isChecking = false;
    this.#checkTimeoutMs = answered
      ? checkTimeoutMs
      : Math.min(maxCheckTimeoutMs, this.#checkTimeoutMs * 2);
    if (!answered && this.#socket.id === id) this.#socket.io.engine.close();
  }

  /** Says goodbye: who is told knows at once that this page watches no more. {@link check} comes back. */
  leave(): void {
    this.#socket.disconnect();
  }

  close(): void {
    this.#closed = true;
    this.#socket.removeAllListeners();
    this.#socket.io.off('reconnect_attempt');
    this.#socket.disconnect();
  }
}
