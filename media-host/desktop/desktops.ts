import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { Logger } from 'pino';

import type { RoomSpec } from '../../signaling/protocol/room.js';
import { packageRoot } from '../supervision/package-root.js';

import { installAssets } from './assets.js';
import { Desktop } from './desktop.js';
import { homeFolder, isRoot, RoomIdentities, serviceIdentity } from './room-identities.js';
import { sandboxAssets } from './room-place.js';
import { makeRuntimeBase, removeStaleRuntimeBases, runtimeFolderOf } from './runtime-folders.js';
import { probeSandbox } from './sandbox-probe.js';

export interface DesktopsOptions {
  /** Where rooms keep their homes; absolute. */
  readonly dataDir: string;
  /** What a desktop runs in place of its own session, as /bin/sh understands it; null for the session. */
  readonly desktopCommand: string | null;
  readonly logger: Logger;
}

/** What the desktops of one media host share. */
export class Desktops {
  readonly #options: DesktopsOptions;
  readonly #base: string;
  readonly #identities: RoomIdentities | null;
  readonly #isSandboxed: boolean;

  private constructor(
    options: DesktopsOptions,
    base: string,
    identities: RoomIdentities | null,
    isSandboxed: boolean,
  ) {
    this.#options = options;
    this.#base = base;
    this.#identities = identities;
    this.#isSandboxed = isSandboxed;
  }

  /**
   * Prepares the machine for desktops: cleans up after media hosts that are gone, and finds out
   * whether sandboxes work; when not, desktops run without and a warning is logged.
   */
  static async open(options: DesktopsOptions): Promise<Desktops> {
    const { dataDir, logger } = options;
    for (const path of await removeStaleRuntimeBases()) {
      logger.info({ path }, 'removed what an earlier media host left behind');
    }
    await mkdir(dataDir, { recursive: true });
    const base = await makeRuntimeBase();
    try {
      const identities = isRoot() ? new RoomIdentities(dataDir) : null;
      const reason = await probeSandbox(base, dataDir, identities && RoomIdentities.example);
      if (reason !== null) {
        logger.warn({ reason }, 'desktops run without a sandbox: bubblewrap does not work here');
      }
      const assets = join(base, 'assets');
      await installAssets(assets, reason === null ? sandboxAssets : assets);
      return new Desktops(options, base, identities, reason === null);
    } catch (error) {
      await rm(base, { recursive: true, force: true });
      throw error;
    }
  }

  /** Whether rooms are kept from each other's and the machine's files by more than their user. */
  get isSandboxed(): boolean {
    return this.#isSandboxed;
  }

  /** A desktop for a room, not started. A room has one at a time. */
  create(spec: RoomSpec): Desktop {
    const { dataDir, desktopCommand, logger } = this.#options;
    const { roomId } = spec;
    const runsOwnCommand = desktopCommand !== null;
    return new Desktop({
      spec,
      desktopCommand,
      logger: logger.child({ roomId }),
      owners: () => {
        const service = serviceIdentity();
        const room = this.#identities?.identityFor(roomId);
        return room && service ? { room, service } : null;
      },
      place: {
        roomId,
        isSandboxed: this.#isSandboxed,
        folder: runtimeFolderOf(this.#base, roomId),
        home: homeFolder(dataDir, roomId),
        assets: join(this.#base, 'assets'),
        runtimeBase: this.#base,
        hidden: runsOwnCommand ? [dataDir] : [dataDir, packageRoot],
        shownProgram: runsOwnCommand ? packageRoot : null,
      },
    });
  }

  /** Removes what the desktops shared. All of them must be stopped. */
  async close(): Promise<void> {
    await rm(this.#base, { recursive: true, force: true });
  }
}
