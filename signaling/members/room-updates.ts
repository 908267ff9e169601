import type { Clock } from '../clock.js';
import type { RoomRegistry } from '../rooms/room-registry.js';
import type { Room } from '../rooms/room.js';

/** One member's quick changes would otherwise cost a message to each of a room's members, each time. */
const intervalMs = 100;

/**
 * Has each room's changes told: the first at once, after the answers of the same turn of the event
 * loop; those that follow as one, at most every 100 ms.
 */
export function tellUpdates(rooms: RoomRegistry, clock: Clock, tell: (room: Room) => void): void {
  const changed = new Set<Room>();
  /** Told of lately, or about to be. */
  const resting = new Set<Room>();
  const rested = (room: Room): void => {
    if (!changed.delete(room)) {
      resting.delete(room);
      return;
    }
    tell(room);
    clock.after(intervalMs, () => rested(room));
  };
  rooms.events.on('change', (room) => {
    changed.add(room);
    if (resting.has(room)) return;
    resting.add(room);
    clock.after(0, () => rested(room));
  });
}
