import { createOpaqueId } from '../opaque-id.js';

import type { PasscodeHash, RoomRecord, RoomsFile } from './store-files.js';

/** The kept rooms. What it gives out is what the disk holds. */
export class RoomStore {
  #rooms: ReadonlyMap<string, RoomRecord>;

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
    const createdAtMs = this.get(roomId)?.createdAtMs ?? nowMs;
    const record = { roomId, passcode, epoch: createOpaqueId(), createdAtMs };
    const rooms = byId([...this.#rooms.values(), record]);
    await this.file.write({ version: 1, rooms: [...rooms.values()] });
    this.#rooms = rooms;
  }
}

function byId(rooms: readonly RoomRecord[]): ReadonlyMap<string, RoomRecord> {
  return new Map(rooms.map((room) => [room.roomId, room]));
}
