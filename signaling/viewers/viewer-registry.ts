import { EventEmitter } from 'node:events';

import type { HostLink } from '../hosts/host-link.js';
import type { MemberLink } from '../rooms/room-members.js';

/** One page's media in a room: whose it is, and which host serves it. */
export interface Viewer {
  readonly viewerId: string;
  readonly roomId: string;
  readonly memberId: string;
  /** The connection that opened it; it lives no longer than that. */
  readonly link: MemberLink;
  readonly host: HostLink;
  /** When it was opened, ms since the Unix epoch. */
  readonly sinceMs: number;
}

export type ViewerRegistryEvents = {
  /** A viewer came or went in this room. */
  change: [roomId: string];
  /** A viewer is over. */
  removed: [viewerId: string];
};

/** Every open viewer, in the order of opening. */
export class ViewerRegistry {
  readonly events = new EventEmitter<ViewerRegistryEvents>();
  readonly #viewers = new Map<string, Viewer>();

  add(viewer: Viewer): void {
    this.#viewers.set(viewer.viewerId, viewer);
    this.events.emit('change', viewer.roomId);
  }

  get(viewerId: string): Viewer | undefined {
    return this.#viewers.get(viewerId);
  }

  filter(wanted: (viewer: Viewer) => boolean): Viewer[] {
    return [...this.#viewers.values()].filter(wanted);
  }

  /** @returns false when it was gone already */
  remove({ viewerId, roomId }: Viewer): boolean {
    if (!this.#viewers.delete(viewerId)) return false;
    this.events.emit('removed', viewerId);
    this.events.emit('change', roomId);
    return true;
  }
}
