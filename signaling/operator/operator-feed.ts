import { EventEmitter } from 'node:events';

import type { Clock } from '../clock.js';
import type { Counters } from '../counters.js';
import type { HostRegistry } from '../hosts/host-registry.js';
import type { OperatorSnapshot } from '../protocol/operator-events.js';
import type { RoomRegistry } from '../rooms/room-registry.js';
import type { ViewerRegistry } from '../viewers/viewer-registry.js';

const intervalMs = 1000;

export interface OperatorFeedParts {
  readonly rooms: RoomRegistry;
  readonly hosts: HostRegistry;
  readonly viewers: ViewerRegistry;
  readonly counters: Counters;
  readonly clock: Clock;
}

export type OperatorFeedEvents = {
  snapshot: [snapshot: OperatorSnapshot];
};

/**
 * `idle`: the next change is told at once. `resting`: a snapshot went out less than a second
 * ago. `waiting`: the same, and something has changed since.
 */
type State = 'idle' | 'resting' | 'waiting' | 'closed';

/** Everything the operator sees, told at each change but at most once a second. */
export class OperatorFeed {
  readonly events = new EventEmitter<OperatorFeedEvents>();
  #state: State = 'idle';

  constructor(private readonly parts: OperatorFeedParts) {
    const changed = (): void => this.#changed();
    parts.rooms.events.on('change', changed);
    parts.hosts.events.on('change', changed);
    parts.viewers.events.on('change', changed);
  }

  snapshot(): OperatorSnapshot {
    const { rooms, hosts, viewers, counters } = this.parts;
    return {
      rooms: rooms.all().map((room) => ({
        ...room.snapshot(),
        viewers: viewers
          .filter(({ roomId }) => roomId === room.roomId)
          .map(({ viewerId, memberId, sinceMs }) => ({ viewerId, memberId, sinceMs })),
        hostId: hosts.hostOf(room.roomId)?.hostId ?? null,
      })),
      hosts: hosts.all().map(({ hostId, connectedSinceMs }) => ({
        hostId,
        connectedSinceMs,
        rooms: hosts.roomsOf(hostId),
      })),
      counters: counters.snapshot(),
    };
  }

  /** Tells nothing more; idempotent. */
  close(): void {
    this.#state = 'closed';
    this.events.removeAllListeners();
  }

  #changed(): void {
    if (this.#state === 'resting') this.#state = 'waiting';
    if (this.#state !== 'idle') return;
    this.#state = 'waiting';
    // One turn of the event loop later, when all that changes together has changed.
    this.parts.clock.after(0, () => this.#tell());
  }

  #tell(): void {
    if (this.#state === 'closed') return;
    const hasNews = this.#state === 'waiting';
    this.#state = hasNews ? 'resting' : 'idle';
    if (!hasNews) return;
    if (this.events.listenerCount('snapshot') > 0) this.events.emit('snapshot', this.snapshot());
    this.parts.clock.after(intervalMs, () => this.#tell());
  }
}
