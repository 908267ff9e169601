import { isDeepStrictEqual } from 'node:util';

import type { RoomSpec } from '../../signaling/protocol/room.js';

/** What is run for a room. */
export interface RunningRoom {
  readonly spec: RoomSpec;
  /** Resolves when nothing of it is left. */
  stop(): Promise<void>;
}

/**
 * Brings the rooms of a host to what they were last assigned as: each is started, stopped, or stopped
 * and started anew, one after the other, whatever comes meanwhile.
 */
export class AssignedRooms<Room extends RunningRoom> {
  readonly #start: (spec: RoomSpec) => Room;
  readonly #running = new Map<string, Room>();
  readonly #stopping = new Map<string, Promise<void>>();
  #wanted: ReadonlyMap<string, RoomSpec> = new Map();

  constructor(start: (spec: RoomSpec) => Room) {
    this.#start = start;
  }

  /** Sets what rooms there shall be. New ones are there when this returns; others follow. */
  assign(specs: readonly RoomSpec[]): void {
    this.#wanted = new Map(specs.map((spec) => [spec.roomId, spec]));
    for (const roomId of new Set([...this.#running.keys(), ...this.#wanted.keys()])) {
      this.#settle(roomId);
    }
  }

  /** Whether a room shall run, also while it is only about to. */
  isWanted(roomId: string): boolean {
    return this.#wanted.has(roomId);
  }

  /** The room, unless it is being stopped. */
  get(roomId: string): Room | undefined {
    return this.#running.get(roomId);
  }

  all(): Room[] {
    return [...this.#running.values()];
  }

  /** Stops every room; resolves when nothing of them is left. */
  async close(): Promise<void> {
    this.assign([]);
    await Promise.all(this.#stopping.values());
  }

  #settle(roomId: string): void {
    // Looked at again when it is gone.
    if (this.#stopping.has(roomId)) return;
    const room = this.#running.get(roomId);
    const spec = this.#wanted.get(roomId);
    if (!room) {
      if (spec) this.#running.set(roomId, this.#start(spec));
      return;
    }
    if (isDeepStrictEqual(room.spec, spec)) return;
    this.#running.delete(roomId);
    this.#stopping.set(
      roomId,
      room.stop().finally(() => {
        this.#stopping.delete(roomId);
        this.#settle(roomId);
      }),
    );
  }
}
