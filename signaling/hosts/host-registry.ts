import { EventEmitter } from 'node:events';

import type { Clock } from '../clock.js';

import type { HostLink } from './host-link.js';

export type HostRegistryEvents = {
  /** The rooms a connected host shall run were settled anew; `roomIds` is all of them. */
  assigned: [host: HostLink, roomIds: readonly string[]];
  /** A host went away and these rooms have nobody to run them for now. */
  gone: [hostId: string, roomIds: readonly string[]];
  /** Anything of the above. */
  change: [];
};

/**
 * The media hosts that are connected, and which host runs which room. A room stays with its
 * host, where its home folder is; it moves to another when its host has been gone for a while.
 * Rooms without a host go to the one with the fewest.
 */
export class HostRegistry {
  readonly events = new EventEmitter<HostRegistryEvents>();
  readonly #hosts = new Map<string, HostLink>();
  /** Room to host, connected or lately gone. */
  readonly #assignments: Map<string, string>;
  readonly #cancelMoves = new Map<string, () => void>();

  /**
   * @param moveDelayMs how long rooms wait for a host that went away
   * @param kept room to host, as it was before this service started: those hosts are waited for too
   */
  constructor(
    private readonly roomIds: () => readonly string[],
    private readonly clock: Clock,
    private readonly moveDelayMs: number,
    kept: ReadonlyMap<string, string> = new Map(),
  ) {
    this.#assignments = new Map(kept);
    for (const hostId of new Set(kept.values())) this.#startMove(hostId);
  }

  all(): HostLink[] {
    return [...this.#hosts.values()];
  }

  /** The connected host of a room, or null. */
  hostOf(roomId: string): HostLink | null {
    const hostId = this.#assignments.get(roomId);
    return (hostId !== undefined ? this.#hosts.get(hostId) : null) ?? null;
  }

  roomsOf(hostId: string): string[] {
    return [...this.#assignments].filter(([, id]) => id === hostId).map(([roomId]) => roomId);
  }

  /**
   * Takes in a host. One of the same id that is still connected is replaced: most often it is
   * the same host whose earlier connection has not been missed yet.
   */
  add(host: HostLink): void {
    const earlier = this.#hosts.get(host.hostId);
    if (earlier) {
      this.remove(earlier);
      earlier.end();
    }
    this.#stopMove(host.hostId);
    this.#hosts.set(host.hostId, host);
    this.#settle(new Set([host.hostId]));
  }

  /** A host's connection is gone. Does nothing for one that was replaced. */
  remove(host: HostLink): void {
    if (this.#hosts.get(host.hostId) !== host) return;
    const { hostId } = host;
    this.#hosts.delete(hostId);
    this.#startMove(hostId);
    this.events.emit('gone', hostId, this.roomsOf(hostId));
    this.events.emit('change');
  }

  /** Ends everything pending; idempotent. */
  close(): void {
    for (const cancel of this.#cancelMoves.values()) cancel();
    this.#cancelMoves.clear();
    this.events.removeAllListeners();
  }

  #giveUp(hostId: string): void {
    this.#cancelMoves.delete(hostId);
    for (const roomId of this.roomsOf(hostId)) this.#assignments.delete(roomId);
    this.#settle(new Set());
  }

  #startMove(hostId: string): void {
    this.#stopMove(hostId);
    this.#cancelMoves.set(
      hostId,
      this.clock.after(this.moveDelayMs, () => this.#giveUp(hostId)),
    );
  }

  #stopMove(hostId: string): void {
    this.#cancelMoves.get(hostId)?.();
    this.#cancelMoves.delete(hostId);
  }

  /** Gives every room without a host one, and tells the hosts concerned. */
  #settle(concerned: Set<string>): void {
    for (const roomId of this.roomIds()) {
      if (this.#assignments.has(roomId)) continue;
      const host = this.#leastBusy();
      if (!host) break;
      this.#assignments.set(roomId, host.hostId);
      concerned.add(host.hostId);
    }
    for (const hostId of concerned) {
      const host = this.#hosts.get(hostId);
      if (host) this.events.emit('assigned', host, this.roomsOf(hostId));
    }
    this.events.emit('change');
  }

  #leastBusy(): HostLink | undefined {
    return this.all()
      .map((host) => ({ host, load: this.roomsOf(host.hostId).length }))
      .sort((a, b) => a.load - b.load)[0]?.host;
  }
}
