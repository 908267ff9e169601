import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { rm } from 'node:fs/promises';

import type { Logger } from 'pino';

import type { RoomSpec } from '../../signaling/protocol/room.js';
import type { ProcessFailure } from '../supervision/process-failure.js';
import { SupervisedProcess } from '../supervision/supervised-process.js';

import { DesktopProblem, displayStopped } from './desktop-problem.js';
import { claimDisplayNumber } from './display-number.js';
import type { DisplayNumber } from './display-number.js';
import { displayServerReadiness, displayServerSpec } from './display-server.js';
import { endProcessesOf } from './end-processes.js';
import { isReachableByOthers, prepareHome } from './home-folder.js';
import { isInstalled, requirePrograms } from './programs.js';
import { accountOf } from './room-place.js';
import type { RoomPlace } from './room-place.js';
import { makeRuntimeFolder } from './runtime-folders.js';
import type { RuntimeOwners } from './runtime-folders.js';
import { sessionSpec } from './session.js';
import {
  monitorSource,
  pulseCookieSizeBytes,
  soundServerReadiness,
  soundServerSpec,
} from './sound-server.js';
import { newCookie, xauthorityFile } from './xauthority.js';

/** How a room's pipeline reaches its desktop. All files are readable to the service's user. */
export interface DesktopEndpoints {
  /** As in `DISPLAY`. */
  readonly display: string;
  readonly xauthorityPath: string;
  readonly rfbSocketPath: string;
  readonly pulseSocketPath: string;
  readonly pulseCookiePath: string;
  /** The PulseAudio source that carries what the room plays. */
  readonly monitorSource: string;
}

export interface DesktopPartsOptions {
  readonly spec: RoomSpec;
  /** Run in place of the desktop's own session, or null. */
  readonly desktopCommand: string | null;
  readonly place: RoomPlace;
  /** The users of the room and of the service; null when both are the user of this process. */
  readonly owners: RuntimeOwners | null;
  readonly logger: Logger;
}

export interface DesktopPartsEvents {
  /** The display is gone, and with it the desktop. */
  displayLost: [];
}

const basePrograms = ['Xvnc', 'pulseaudio', 'dbus-run-session'];
const sessionPrograms = ['xfsettingsd', 'xfwm4', 'xfce4-panel', 'xfdesktop'];
/** A sound server is there in a tenth of this. */
const soundPatienceMs = 2000;

/**
 * One life of a room's desktop: a display, a sound server and a session, which share the
 * display's fate. A new desktop takes new parts.
 */
export class DesktopParts extends EventEmitter<DesktopPartsEvents> {
  readonly #options: DesktopPartsOptions;
  #displayNumber: DisplayNumber | null = null;
  #display: SupervisedProcess | null = null;
  #sound: SupervisedProcess | null = null;
  #session: SupervisedProcess | null = null;

  constructor(options: DesktopPartsOptions) {
    super();
    this.#options = options;
  }

  /**
   * Starts everything; resolves when the display takes connections, and the sound server too
   * unless that takes long. What fails leaves parts behind, for `stop()`.
   * @throws DesktopProblem, ProcessFailure or the system's error when the desktop cannot run
   */
  async start(signal: AbortSignal): Promise<DesktopEndpoints> {
    const { place, owners, desktopCommand, logger } = this.#options;
    requirePrograms(...basePrograms, ...(desktopCommand === null ? sessionPrograms : []));
    await this.#endStrays();
    await this.#prepareHome();
    const number = await claimDisplayNumber();
    this.#displayNumber = number;
    const secrets = {
      xauthority: xauthorityFile(number.number, newCookie()),
      pulseCookie: randomBytes(pulseCookieSizeBytes),
    };
    await makeRuntimeFolder(place.folder, owners, secrets, accountOf(place));
    signal.throwIfAborted();

    const display = new SupervisedProcess(
      displayServerSpec(place, number.number, this.#options.spec.size),
      { logger, readiness: displayServerReadiness, restart: 'never' },
    );
    this.#display = display;
    const { folder } = place;
    const sound = new SupervisedProcess(soundServerSpec(place), {
      logger,
      readiness: soundServerReadiness(folder.pulseSocket),
    });
    this.#sound = sound;
    const isUp = Promise.all([untilRunning(display, signal), this.#soundOrPatience(sound, signal)]);
    display.start();
    sound.start();
    await isUp;
    // It may have come and gone while the sound was still awaited.
    if (display.state !== 'running') throw displayStopped();
    display.once('failure', () => this.emit('displayLost'));

    this.#session = new SupervisedProcess(
      sessionSpec(place, number, desktopCommand, isInstalled('firefox-esr')),
      { logger },
    );
    this.#session.start();
    return {
      display: `:${number.number}`,
      xauthorityPath: folder.serviceXauthority,
      rfbSocketPath: folder.rfbSocket,
      pulseSocketPath: folder.pulseSocket,
      pulseCookiePath: folder.servicePulseCookie,
      monitorSource,
    };
  }

  /** A desktop without sound is better than none: it comes later. */
  async #soundOrPatience(sound: SupervisedProcess, signal: AbortSignal): Promise<void> {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(soundPatienceMs)]);
    try {
      await untilRunning(sound, patience);
    } catch (error) {
      signal.throwIfAborted();
      if (sound.state === 'stopped') return;
      this.#options.logger.warn({ err: error }, 'the desktop starts without sound');
    }
  }

  /** Ends everything and removes its files; resolves when all of it is gone. Not to be started again. */
  async stop(): Promise<void> {
    this.removeAllListeners();
    await this.#session?.stop();
    await Promise.all([this.#display?.stop(), this.#sound?.stop()]);
    await this.#endStrays();
    await this.#displayNumber?.release();
    await rm(this.#options.place.folder.path, { recursive: true, force: true });
  }

  /** What the room's programs left, in this life or, after the media host was killed, in one before. */
  async #endStrays(): Promise<void> {
    const { identity, isSandboxed } = this.#options.place;
    if (identity && !isSandboxed) await endProcessesOf(identity);
  }

  async #prepareHome(): Promise<void> {
    const { place } = this.#options;
    await prepareHome(place.home, place.identity);
    if (place.identity && !place.isSandboxed && !(await isReachableByOthers(place.home))) {
      throw new DesktopProblem(
        `The room’s own user cannot reach ${place.home}; set SHARE_SPACE_DATA_DIR to a folder below one that everybody may pass, such as /var/lib.`,
      );
    }
  }
}

/** Resolves when a process runs; rejects with what ends it before. */
async function untilRunning(process: SupervisedProcess, signal: AbortSignal): Promise<void> {
  const listening = new AbortController();
  const options = { signal: AbortSignal.any([signal, listening.signal]) };
  const failed = once(process, 'failure', options).then(([failure]) => {
    throw failure as ProcessFailure;
  });
  const runs = async (): Promise<void> => {
    while (process.state !== 'running') await once(process, 'state', options);
  };
  try {
    await Promise.race([runs(), failed]);
  } finally {
    listening.abort();
  }
}
