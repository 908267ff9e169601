import type { Logger } from 'pino';

import type { Settings } from '../../deploy/settings.js';
import type { CheckService } from '../checks/check-service.js';
import type { Counters } from '../counters.js';
import type { CheckCandidate } from '../protocol/check.js';
import type {
  HostTransportCandidate,
  HostViewerClosed,
  RoomStatus,
} from '../protocol/host-events.js';
import type { ControllerUpdate, RoomSpec } from '../protocol/room.js';
import type { RoomRegistry } from '../rooms/room-registry.js';
import { desktopWithoutHost } from '../rooms/room.js';
import type { ViewerService } from '../viewers/viewer-service.js';

import type { HostLink, HostPayload } from './host-link.js';
import type { HostRegistry } from './host-registry.js';

export interface HostServiceParts {
  readonly hosts: HostRegistry;
  readonly rooms: RoomRegistry;
  readonly viewers: ViewerService;
  readonly checks: CheckService;
  readonly settings: Pick<
    Settings,
    'desktopSize' | 'desktopFps' | 'videoBitrateKbps' | 'videoBitrateMinKbps'
  >;
  readonly counters: Counters;
  readonly log: Logger;
}

/** Keeps media hosts told of their rooms, and rooms told of their hosts. */
export class HostService {
  constructor(private readonly parts: HostServiceParts) {
    const { hosts, rooms, viewers, checks } = parts;
    hosts.events.on('assigned', (host, roomIds) => this.#assign(host, roomIds));
    hosts.events.on('gone', (hostId, roomIds) => {
      viewers.hostGone(hostId);
      checks.hostGone(hostId);
      for (const roomId of roomIds) rooms.get(roomId)?.setDesktop(desktopWithoutHost);
    });
    rooms.events.on('controller', (update) => {
      const host = hosts.hostOf(update.roomId);
      if (host) this.#tellController(host, update);
    });
  }

  /** A host says how a room's desktop is. */
  roomStatus(host: HostLink, { roomId, desktop }: RoomStatus): void {
    if (this.parts.hosts.hostOf(roomId) !== host) this.#ignore(host, 'room:status');
    else this.parts.rooms.get(roomId)?.setDesktop(desktop);
  }

  /** A host says who had control before this service was restarted. */
  controlReported(host: HostLink, { roomId, controllerId }: ControllerUpdate): void {
    if (this.parts.hosts.hostOf(roomId) !== host) this.#ignore(host, 'control:report');
    else if (controllerId !== null) this.parts.rooms.get(roomId)?.restoreControl(controllerId);
  }

  /** A host lost a viewer. */
  viewerClosed(host: HostLink, event: HostViewerClosed): void {
    if (!this.parts.viewers.closedByHost(host, event)) this.#ignore(host, 'viewer:closed');
  }

  /** A host found a network candidate. */
  transportCandidate(host: HostLink, event: HostTransportCandidate): void {
    if (!this.parts.viewers.candidateFromHost(host, event)) {
      this.#ignore(host, 'transport:candidate');
    }
  }

  /** A host found a network candidate for a connection check. */
  checkCandidate(host: HostLink, event: CheckCandidate): void {
    if (!this.parts.checks.candidateFromHost(host, event)) this.#ignore(host, 'check:candidate');
  }

  #assign(host: HostLink, roomIds: readonly string[]): void {
    const { rooms } = this.parts;
    const specs = roomIds.map((roomId) => this.#specOf(roomId));
    this.#tell(host, 'rooms:assign', { rooms: specs });
    for (const roomId of roomIds) {
      const room = rooms.get(roomId);
      if (!room) continue;
      if (room.desktop === desktopWithoutHost) room.setDesktop({ state: 'starting' });
      this.#tellController(host, { roomId, controllerId: room.controllerId });
    }
  }

  #tellController(host: HostLink, update: ControllerUpdate): void {
    this.#tell(host, 'control:update', update);
  }

  #tell<E extends 'rooms:assign' | 'control:update'>(
    host: HostLink,
    event: E,
    payload: HostPayload<E>,
  ): void {
    host.request(event, payload).catch((error: unknown) => {
      this.parts.log.error({ err: error, hostId: host.hostId, event }, 'media host did not comply');
    });
  }

  #specOf(roomId: string): RoomSpec {
    const { desktopSize, desktopFps, videoBitrateKbps, videoBitrateMinKbps } = this.parts.settings;
    const bitrate = { videoBitrateKbps, videoBitrateMinKbps };
    return { roomId, size: desktopSize, framesPerSecond: desktopFps, ...bitrate };
  }

  /** A host's news of a viewer or room that was just taken from it are late, not wrong. */
  #ignore(host: HostLink, event: string): void {
    this.parts.counters.increment('hostEventsIgnored');
    this.parts.log.debug({ hostId: host.hostId, event }, 'ignored a late event of a media host');
  }
}
