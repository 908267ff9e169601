import { createOpaqueId } from '../opaque-id.js';

import type { PasscodeHash, RoomRecord, RoomsFile } from './store-files.js';

/** The kept rooms. What it gives out is what the disk holds. */
export class RoomStore {
  #rooms: ReadonlyMap<string, RoomRecord>;
  #lastChange: Promise<void> = Promise.resolve();

  private constructor(
    private readonly file: RoomsFile,
    rooms: readonly RoomRecord[],
  ) {
    this.#rooms = byId(rooms);
  }

  /** @throws StoreError when the file is there but cannot be understood */
  static async open(file: RoomsFile): Promise<RoomStore> {
    return new RoomStore(file, (await file.read())?.rooms ?? []);
  }

  get(roomId: string): RoomRecord | undefined {
    return this.#rooms.get(roomId);
  }

  all(): RoomRecord[] {
    return [...this.#rooms.values()];
  }

  /**
   * Keeps a room under a passcode, as a new room or in place of the passcode it had; tokens
   * made under that are then void.
   * @throws StoreError when it could not be written; nothing has changed then
   */
  async setPasscode(roomId: string, passcode: PasscodeHash, nowMs: number): Promise<void> {
    await this.#change(() => {
      const before = this.get(roomId) ?? { roomId, createdAtMs: nowMs };
      return [{ ...before, passcode, epoch: createOpaqueId() }];
    });
  }

  /**
   * Keeps which media host runs these rooms, where that has changed.
   * @throws StoreError when it could not be written; nothing has changed then
   */
  async setHost(roomIds: readonly string[], hostId: string): Promise<void> {
    await this.#change(() =>
      roomIds.flatMap((roomId) => {
        const record = this.get(roomId);
        return record && record.hostId !== hostId ? [{ ...record, hostId }] : [];
      }),
    );
  }

  /** Makes changes one after the other, each on what the one before left. */
  #change(change: () => readonly RoomRecord[]): Promise<void> {
    const changed = this.#lastChange.then(async () => {
      const records = change();
      if (records.length === 0) return;
      const rooms = byId([...this.#rooms.values(), ...records]);
      await this.file.write({ version: 1, rooms: [...rooms.values()] });
      this.#rooms = rooms;
    });
    this.#lastChange = changed.catch(() => undefined);
    return changed;
  }
}

function byId(rooms: readonly RoomRecord[]): ReadonlyMap<string, RoomRecord> {
  return new Map(rooms.map((room) => [room.roomId, room]));
}
