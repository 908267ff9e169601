import { existsSync } from 'node:fs';
import { chown, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { Logger } from 'pino';

import { missingProgram } from '../../media-host/supervision/process-failure.js';
import type { ProcessFailure } from '../../media-host/supervision/process-failure.js';
import type { ProcessIdentity } from '../../media-host/supervision/process-spec.js';
import { SupervisedProcess } from '../../media-host/supervision/supervised-process.js';
import { dataDirMode } from '../kept-secret.js';
import { ServiceError } from '../service-error.js';
import type { Settings } from '../settings.js';

import { stunAnswer } from './stun-probe.js';
import { turnAddresses } from './turn-addresses.js';
import { isLoopback, turnConfigurationText } from './turn-configuration.js';
import { loadTurnSecret } from './turn-secret.js';
import { freeUdpPort } from './udp-ports.js';

const program = '/usr/bin/turnserver';
const fileName = 'turnserver.conf';
/** Of no entry in /etc/passwd, like the users of rooms; see room-identities.ts. */
const turnUser: ProcessIdentity = { uid: 60_998, gid: 60_998 };
const readyTimeoutMs = 10_000;
const addressCheckIntervalMs = 5000;

export type TurnSettings = Pick<
  Settings,
  | 'dataDir'
  | 'iceAddress'
  | 'turnAddress'
  | 'turnPeers'
  | 'turnPort'
  | 'turnRelayPorts'
  | 'turnSecret'
  | 'turnServer'
  | 'turnUrls'
  | 'videoBitrateKbps'
>;

/**
 * The coturn of this machine: writes its configuration, keeps it running as a user of its own, and
 * starts it anew when the machine's addresses change.
 */
export class BuiltInTurn {
  readonly #process: SupervisedProcess;
  readonly #folder: string;
  #written = '';
  #probeAddress = '';
  #timer: NodeJS.Timeout | undefined;
  #checking: Promise<void> = Promise.resolve();
  #hasRun = false;
  #stopped = false;

  private constructor(
    private readonly settings: TurnSettings,
    /** Its UDP port. */
    readonly port: number,
    private readonly logger: Logger,
  ) {
    this.#folder = join(settings.dataDir, 'turn');
    const isRoot = process.getuid?.() === 0;
    this.#process = new SupervisedProcess(
      {
        name: 'turn',
        // It has no other way to learn that whoever started it was killed.
        command: '/usr/bin/setpriv',
        args: ['--pdeathsig', 'KILL', '--no-new-privs', program, '-c', fileName],
        env: { PATH: '/usr/bin:/bin' },
        // A relative path needs no right to pass through the folders above, which may be root's.
        cwd: this.#folder,
        ...(isRoot ? { identity: turnUser } : {}),
      },
      {
        logger,
        readiness: {
          kind: 'probe',
          timeoutMs: readyTimeoutMs,
          probe: (_child, signal) => stunAnswer(this.#probeAddress, this.port, signal),
        },
      },
    );
    this.#process.on('state', (state) => (this.#hasRun ||= state === 'running'));
  }

  /**
   * Decides whether this machine runs a TURN server, and on which port. Touches no file.
   * @returns null when it does without: by its settings, or (with a warning) because it cannot
   * @throws ServiceError when it cannot but the settings insist
   */
  static async prepare(settings: TurnSettings, logger: Logger): Promise<BuiltInTurn | null> {
    const { turnServer, turnUrls } = settings;
    if (turnServer === 'off' || turnUrls.length > 0) return null;
    const [port, problem] = await findPort(settings);
    if (port !== null) return new BuiltInTurn(settings, port, logger);
    if (turnServer === 'on') throw new ServiceError(problem);
    logger.warn(`There is no TURN server: ${problem} Viewers behind strict NATs may not connect.`);
    return null;
  }

  /** Says why when it goes, other than by `stop`. */
  onFailure(listener: (failure: ProcessFailure) => void): void {
    this.#process.on('failure', listener);
  }

  /** Whether it has ever been ready. */
  get hasRun(): boolean {
    return this.#hasRun;
  }

  /** Call once the data folder is this program's own. @throws the system's error when it cannot write there */
  async start(): Promise<void> {
    await this.#configure();
    if (this.#stopped) return;
    this.#launch();
    this.#timer = setInterval(() => {
      this.#checking = this.#checking.then(() => this.#followAddresses());
    }, addressCheckIntervalMs);
    this.#timer.unref();
  }

  /** Resolves when it is gone; idempotent. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#checking;
    await this.#process.stop();
  }

  #launch(): void {
    if (!this.#stopped) this.#process.start();
  }

  /** coturn takes its addresses when it starts; those that come later it does not see. */
  async #followAddresses(): Promise<void> {
    try {
      if (!(await this.#configure()) || this.#stopped) return;
      this.logger.info('the addresses of this machine changed; the TURN server starts anew');
      await this.#process.stop();
      this.#launch();
    } catch (error) {
      this.logger.error({ err: error }, 'the TURN server cannot be configured');
    }
  }

  /** Writes the configuration if it is another one now. @returns whether it is */
  async #configure(): Promise<boolean> {
    const { settings, port } = this;
    const addresses = await turnAddresses(settings.iceAddress, settings.turnPeers[0]);
    const peers = [...new Set([...addresses.local, ...settings.turnPeers])];
    const secret = await loadTurnSecret({ ...settings, turnServer: 'on' });
    const text = turnConfigurationText({
      port,
      listeningAddresses: addresses.listening,
      relayAddress: addresses.relay,
      publicAddress: settings.turnAddress,
      relayPorts: settings.turnRelayPorts,
      peers,
      secret: secret ?? '',
      videoBitrateKbps: settings.videoBitrateKbps,
    });
    if (text === this.#written) return false;
    if (peers.some(isLoopback)) {
      this.logger.warn({ peers }, 'the TURN server relays to loopback addresses of this machine');
    }
    await this.#write(text);
    this.#written = text;
    this.#probeAddress = addresses.relay;
    return true;
  }

  /** The folder stays this process's own, so that nothing in it can be put in the file's place. */
  async #write(text: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: dataDirMode });
    const temporaryPath = join(this.#folder, `${fileName}.tmp`);
    await rm(temporaryPath, { force: true });
    const file = await open(temporaryPath, 'wx', 0o600);
    try {
      await file.writeFile(text);
    } finally {
      await file.close();
    }
    if (process.getuid?.() === 0) await chown(temporaryPath, turnUser.uid, turnUser.gid);
    await rename(temporaryPath, join(this.#folder, fileName));
  }
}

/** @returns the port, or null and a sentence why there is none */
async function findPort(settings: TurnSettings): Promise<[number, ''] | [null, string]> {
  if (!existsSync(program)) return [null, missingProgram(program).message];
  const { listening, relay } = await turnAddresses(settings.iceAddress, settings.turnPeers[0]);
  const wanted = settings.turnPort === 0 ? await freeUdpPort(relay, 0) : settings.turnPort;
  for (const address of wanted === null ? [] : listening) {
    if ((await freeUdpPort(address, wanted ?? 0)) !== null) continue;
    const where = `${address}, UDP port ${wanted}`;
    return [null, `${where} is in use by another program; set SHARE_SPACE_TURN_PORT.`];
  }
  return wanted === null ? [null, 'No UDP port is free.'] : [wanted, ''];
}
