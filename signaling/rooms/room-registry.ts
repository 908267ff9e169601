import { EventEmitter } from 'node:events';

import type { ControllerUpdate } from '../protocol/room.js';

import { Room } from './room.js';
import type { RoomOptions } from './room.js';

export type RoomRegistryEvents = {
  /** Something that the room's snapshot shows has changed. */
  change: [room: Room];
  /** Somebody else, or nobody, may send input in a room now. */
  controller: [update: ControllerUpdate];
};

/** The live state of every kept room. */
export class RoomRegistry {
  readonly events = new EventEmitter<RoomRegistryEvents>();
  readonly #rooms = new Map<string, Room>();

  constructor(private readonly options: RoomOptions) {}

  /** Starts a room that has no live state yet. */
  add(roomId: string): void {
    const room = new Room(roomId, this.options);
    this.#rooms.set(roomId, room);
    room.events.on('change', () => this.events.emit('change', room));
    room.events.on('controller', (controllerId) =>
      this.events.emit('controller', { roomId, controllerId }),
    );
  }

  get(roomId: string): Room | undefined {
    return this.#rooms.get(roomId);
  }

  all(): Room[] {
    return [...this.#rooms.values()];
  }

  /** Ends everything pending in every room; idempotent. */
  close(): void {
    for (const room of this.#rooms.values()) room.close();
    this.events.removeAllListeners();
  }
}
