import type { Logger } from 'pino';

import type { RoomsAssign } from '../../signaling/protocol/host-events.js';
import { RequestError } from '../../signaling/protocol/result.js';
import type { RoomSpec } from '../../signaling/protocol/room.js';
import type { Desktops } from '../desktop/desktops.js';

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
  readonly #rooms = new Map<string, HostedRoom>();
  readonly #link: SignalingLink;

  constructor(options: MediaHostOptions) {
    this.#options = options;
    this.#logger = options.logger;
    this.#link = new SignalingLink({
      ...options,
      handlers: this.#handlers(),
      onConnect: () => this.#onConnect(),
      onDisconnect: () => undefined,
    });
  }

  /** Ends every room; resolves when nothing of them is left. */
  async close(): Promise<void> {
    this.#link.close();
    await Promise.all([...this.#rooms.values()].map((room) => room.stop()));
    this.#rooms.clear();
    await this.#options.desktops.close();
  }

  #handlers(): LinkHandlers {
    return {
      'rooms:assign': (request) => this.#assign(request),
      'control:update': ({ roomId, controllerId }) => {
        this.#room(roomId).setController(controllerId);
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

  /** The signaling service forgets viewers when it restarts: those of before have no owner. */
  #onConnect(): void {
    for (const room of this.#rooms.values()) {
      room.closeViewers();
      this.#link.sendStatus({ roomId: room.spec.roomId, desktop: room.status });
    }
  }

  async #assign({ rooms }: RoomsAssign): Promise<Record<string, never>> {
    const wanted = new Map(rooms.map((spec) => [spec.roomId, spec]));
    // New rooms are there when this returns: what the service says of them may follow at once.
    for (const spec of wanted.values()) {
      if (!this.#rooms.has(spec.roomId)) this.#startRoom(spec);
    }
    const leaving = [...this.#rooms.values()].filter((room) => !wanted.has(room.spec.roomId));
    await Promise.all(leaving.map((room) => this.#stopRoom(room)));
    return {};
  }

  #startRoom(spec: RoomSpec): void {
    const { roomId } = spec;
    const { desktops, network, dataDir } = this.#options;
    const logger = this.#logger.child({ roomId });
    const desktop = desktops.create(spec);
    const room = new HostedRoom(spec, desktop, network, logger);
    publishEndpoints(desktop, desktopFile(dataDir, roomId), logger);
    this.#rooms.set(roomId, room);
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
  }

  async #stopRoom(room: HostedRoom): Promise<void> {
    await room.stop();
    this.#rooms.delete(room.spec.roomId);
  }

  #room(roomId: string): HostedRoom {
    const room = this.#rooms.get(roomId);
    if (!room)
      throw new RequestError('desktop-unavailable', 'This media host does not run the room.');
    return room;
  }
}
