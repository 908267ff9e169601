import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { RoomSpec } from '../../signaling/protocol/room.js';

import { MediaProcess } from './media-process.js';
import type { PulseAccess } from './pulse-server.js';
import type { VirtualDisplay } from './virtual-display.js';

/** A small screen: what is tested does not depend on its size, and two cores are quickly busy. */
export const screenSize = { width: 640, height: 480 } as const;

const spec: RoomSpec = {
  roomId: 'test-room',
  size: screenSize,
  framesPerSecond: 30,
  videoBitrateKbps: 4000,
};

/** The folder in which a room's media processes meet, and the processes. */
export class MediaRoom {
  readonly #processes: MediaProcess[] = [];

  private constructor(readonly folder: string) {}

  static async make(): Promise<MediaRoom> {
    return new MediaRoom(await mkdtemp(join(tmpdir(), 'share-space-media-')));
  }

  get broadcastSocketPath(): string {
    return join(this.folder, 'broadcast');
  }

  /** @throws Error when it does not become ready */
  startPipeline(display: VirtualDisplay, pulse: PulseAccess): Promise<MediaProcess> {
    const pipeline = MediaProcess.pipeline(
      {
        room: spec,
        display: display.display,
        rfbSocketPath: display.rfbSocketPath,
        sound: {
          serverSocketPath: pulse.pulseSocketPath,
          cookiePath: pulse.pulseCookiePath,
          source: '@DEFAULT_MONITOR@',
        },
        broadcastSocketPath: this.broadcastSocketPath,
      },
      display.xauthorityPath,
    );
    return this.#add(pipeline);
  }

  /** @throws Error when it does not become ready */
  startFanOut(): Promise<MediaProcess> {
    const { broadcastSocketPath } = this;
    return this.#add(MediaProcess.fanOut({ broadcastSocketPath, bindAddress: '127.0.0.1' }));
  }

  /** Ends every process and removes the folder. */
  async close(): Promise<void> {
    await Promise.all(this.#processes.map((process) => process.stop()));
    await rm(this.folder, { recursive: true, force: true });
  }

  #add(process: MediaProcess): Promise<MediaProcess> {
    this.#processes.push(process);
    return process.untilReady();
  }
}
