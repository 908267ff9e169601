import type { HostRegistry } from './hosts/host-registry.js';
import type { RoomRegistry } from './rooms/room-registry.js';

/**
 * Whether people who come now find what they come for: a media host is connected, and no
 * desktop was starting at some time since it connected. A desktop that is restarted later does
 * not count: its room says so, and all else works.
 */
export class Readiness {
  #hasSettled = false;

  constructor(
    private readonly rooms: RoomRegistry,
    private readonly hosts: HostRegistry,
  ) {
    rooms.events.on('change', () => this.#observe());
    hosts.events.on('change', () => this.#observe());
  }

  isReady(): boolean {
    return this.#hasSettled;
  }

  #observe(): void {
    const isConnected = this.hosts.all().length > 0;
    const isStarting = this.rooms.all().some((room) => room.desktop.state === 'starting');
    this.#hasSettled = isConnected && (this.#hasSettled || !isStarting);
  }
}
