import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { RoomSpec } from '../../signaling/protocol/room.js';

import { BroadcastRecorder } from './broadcast-recorder.js';
import { Cleanup } from './cleanup.js';
import { MediaProcess } from './media-process.js';
import { Painter } from './painter/painter.js';
import { type PulseServer, startPulseServer } from './pulse-server.js';
import { type VirtualDisplay, startVirtualDisplay } from './virtual-display.js';
import { XDisplay } from './x-display.js';

/** A small screen: what is tested does not depend on its size, and two cores are quickly busy. */
export const screenSize = { width: 640, height: 480 } as const;

const spec: RoomSpec = {
  roomId: 'test-room',
  size: screenSize,
  framesPerSecond: 30,
  videoBitrateKbps: 4000,
  videoBitrateMinKbps: 500,
};

interface Stoppable {
  stop(): Promise<void>;
}

/** A room's media processes with a bare display and sound server, and nothing around them. */
export class MediaRoom {
  readonly #cleanup: Cleanup;

  private constructor(
    readonly folder: string,
    readonly display: VirtualDisplay,
    readonly pulse: PulseServer,
    cleanup: Cleanup,
  ) {
    this.#cleanup = cleanup;
  }

  /** Starts display and sound. @throws Error when they cannot be started */
  static async open(): Promise<MediaRoom> {
    const cleanup = new Cleanup();
    const remove = (path: string): Promise<void> => rm(path, { recursive: true, force: true });
    const stop = (part: Stoppable): Promise<void> => part.stop();
    try {
      const made = await mkdtemp(join(tmpdir(), 'share-space-media-'));
      const folder = cleanup.add(made, remove);
      const { width, height } = screenSize;
      const display = cleanup.add(await startVirtualDisplay(`${width}x${height}`), stop);
      const pulse = cleanup.add(await startPulseServer(), stop);
      return new MediaRoom(folder, display, pulse, cleanup);
    } catch (error) {
      await cleanup.run();
      throw error;
    }
  }

  get broadcastSocketPath(): string {
    return join(this.folder, 'broadcast');
  }

  /** @throws Error when it does not become ready */
  startPipeline(): Promise<MediaProcess> {
    const { display, pulse, broadcastSocketPath } = this;
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
        broadcastSocketPath,
      },
      display.xauthorityPath,
    );
    return this.#stopLater(pipeline).untilReady();
  }

  /** @throws Error when it does not become ready */
  startFanOut(): Promise<MediaProcess> {
    const { broadcastSocketPath } = this;
    const options = { broadcastSocketPath, bindAddress: '127.0.0.1' };
    return this.#stopLater(MediaProcess.fanOut(options)).untilReady();
  }

  async startPainter(): Promise<Painter> {
    return this.#stopLater(await Painter.start(this.display));
  }

  /** Starts another sound server where the first one was, which has to be dead. */
  async restartSound(): Promise<void> {
    this.#stopLater(await startPulseServer(this.pulse.folder));
  }

  /** A subscriber of the pipeline's broadcast, in place of a fan-out. */
  record(): BroadcastRecorder {
    return this.#cleanup.add(new BroadcastRecorder(this.broadcastSocketPath), (recorder) =>
      recorder.close(),
    );
  }

  /** A connection to the display beside the pipeline's. */
  async connect(): Promise<XDisplay> {
    return this.#cleanup.add(await XDisplay.connect(this.display), (display) => display.close());
  }

  /** Ends everything that was started here. */
  close(): Promise<void> {
    return this.#cleanup.run();
  }

  #stopLater<T extends Stoppable>(part: T): T {
    return this.#cleanup.add(part, () => part.stop());
  }
}
