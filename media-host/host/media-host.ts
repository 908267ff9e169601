import type { Logger } from 'pino';

import type { RoomsAssign } from '../../signaling/protocol/host-events.js';
import { RequestError } from '../../signaling/protocol/result.js';
import type { RoomSpec } from '../../signaling/protocol/room.js';
import type { Desktops } from '../desktop/desktops.js';

import { AssignedRooms } from './assigned-rooms.js';
import { desktopFile, publishEndpoints } from './desktop-file.js';
import { HostedRoom } from './hosted-room.js';
import type { NetworkSettings } from './room-processes.js';
import { SignalingLink, type LinkHandlers, type LinkOptions } from './signaling-link.js';

export interface MediaHostOptions extends Pick<
  LinkOptions,
  'signalingUrl' | 'makeToken' | 'pass' | 'logger'
> {
  readonly desktops: Desktops;
  /** Absolute. */
  readonly dataDir: string;
  readonly network: NetworkSettings;
}

/** Runs the rooms the signaling service assigns to this host, and answers its requests for them. */
export class MediaHost {
  readonly #options: MediaHostOptions;
  readonly #logger: Logger;
  readonly #rooms = new AssignedRooms((spec) => this.#startRoom(spec));
  /** Who has control of each assigned room, also of one that is only about to run. */
  readonly #controllers = new Map<string, string | null>();
  readonly #link: SignalingLink;

  constructor(options: MediaHostOptions) {
    this.#options = options;
    this.#logger = options.logger;
    this.#link = new SignalingLink({
      ...options,
      handlers: this.#handlers(),
      onConnect: () => this.#onConnect(),
    });
  }

  /** Ends every room; resolves when nothing of them is left. */
  async close(): Promise<void> {
    this.#link.close();
    await this.#rooms.close();
    await this.#options.desktops.close();
  }

  #handlers(): LinkHandlers {
    return {
      'rooms:assign': (request) => this.#assign(request),
      'control:update': ({ roomId, controllerId }) => {
        this.#controllers.set(roomId, controllerId);
        this.#rooms.get(roomId)?.setController(controllerId);
        return {};
      },
      'viewer:open': ({ roomId, ...rest }) => this.#room(roomId).openViewer(rest),
      'viewer:start': async ({ roomId, viewerId }) => {
        await this.#room(roomId).viewers.startViewer(viewerId);
        return {};
      },
      'viewer:close': async ({ roomId, viewerId }) => {
        await this.#room(roomId).viewers.closeViewer(viewerId);
        return {};
      },
      'transport:open': ({ roomId, ...rest }) =>
        this.#room(roomId).viewers.request('transport:open', rest),
      'transport:connect': async ({ roomId, ...rest }) => {
        await this.#room(roomId).viewers.request('transport:connect', rest);
        return {};
      },
      'transport:candidate': async ({ roomId, ...rest }) => {
        await this.#room(roomId).viewers.request('transport:candidate', rest);
        return {};
      },
      'data:produce': ({ roomId, ...rest }) =>
        this.#room(roomId).viewers.request('data:produce', rest),
      'check:open': ({ roomId, ...rest }) =>
        this.#room(roomId).viewers.requestCheck('check:open', rest),
      'check:connect': async ({ roomId, ...rest }) => {
        await this.#room(roomId).viewers.requestCheck('check:connect', rest);
        return {};
      },
      'check:candidate': async ({ roomId, ...rest }) => {
        await this.#room(roomId).viewers.requestCheck('check:candidate', rest);
        return {};
      },
      'check:close': async ({ roomId, ...rest }) => {
        await this.#room(roomId).viewers.requestCheck('check:close', rest);
        return {};
      },
    };
  }

  /**
   * The signaling service may have been restarted: it then knows neither who had control nor the
   * viewers of before. Those go on until their pages are back and watch anew.
   */
  #onConnect(): void {
    for (const room of this.#rooms.all()) {
      const { roomId } = room.spec;
      room.closeViewersLater();
      this.#link.sendStatus({ roomId, desktop: room.status });
      const controllerId = this.#controllers.get(roomId) ?? null;
      if (controllerId !== null) this.#link.sendController({ roomId, controllerId });
    }
  }

  /** Answers at once: a desktop takes longer to end than the service waits for an answer. */
  #assign({ rooms }: RoomsAssign): Record<string, never> {
    this.#rooms.assign(rooms);
    for (const roomId of this.#controllers.keys()) {
      if (!this.#rooms.isWanted(roomId)) this.#controllers.delete(roomId);
    }
    return {};
  }

  #startRoom(spec: RoomSpec): HostedRoom {
    const { roomId } = spec;
    const { desktops, network, dataDir } = this.#options;
    const logger = this.#logger.child({ roomId });
    const desktop = desktops.create(spec);
    const room = new HostedRoom(spec, desktop, network, logger);
    publishEndpoints(desktop, desktopFile(dataDir, roomId), logger);
    room.setController(this.#controllers.get(roomId) ?? null);
    room.on('status', (desktop) => {
      logger.info({ desktop }, 'room status');
      this.#link.sendStatus({ roomId, desktop });
    });
    room.on('viewerClosed', (viewerId, reason) =>
      this.#link.sendViewerClosed({ roomId, viewerId, reason }),
    );
    room.on('candidate', (candidate) => this.#link.sendCandidate({ roomId, ...candidate }));
    room.on('checkCandidate', (candidate) => this.#link.sendCheckCandidate(candidate));
    room.start();
    return room;
  }

  #room(roomId: string): HostedRoom {
    const room = this.#rooms.get(roomId);
    if (!room)
      throw new RequestError('desktop-unavailable', 'This media host does not run the room.');
    return room;
  }
}
