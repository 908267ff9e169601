import type { HostPlace } from '../ice/ice-configuration.js';
import type { ServerToHostEvents } from '../protocol/host-events.js';
import type { Acknowledge } from '../protocol/member-events.js';

export type HostRequest = keyof ServerToHostEvents;
export type HostPayload<E extends HostRequest> = Parameters<ServerToHostEvents[E]>[0];
export type HostAnswer<E extends HostRequest> =
  Parameters<ServerToHostEvents[E]>[1] extends Acknowledge<infer T> ? T : never;

/** A registered media host's connection. */
export interface HostLink extends HostPlace {
  readonly hostId: string;
  /** When it registered, ms since the Unix epoch. */
  readonly connectedSinceMs: number;
  /**
   * Asks the host.
   * @throws RequestError with the host's own code, or `desktop-unavailable` when it does not
   *   answer in time or answers nonsense
   */
  request<E extends HostRequest>(event: E, payload: HostPayload<E>): Promise<HostAnswer<E>>;
  /** Closes the connection; idempotent. */
  end(): void;
}
