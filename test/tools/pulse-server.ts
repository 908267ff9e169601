import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Child } from './child.js';

/** How a program reaches a PulseAudio server. */
export interface PulseAccess {
  readonly pulseSocketPath: string;
  readonly pulseCookiePath: string;
}

/** The environment that gives a child process access to a PulseAudio server. */
export function pulseEnvironment(access: PulseAccess): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PULSE_SERVER: `unix:${access.pulseSocketPath}`,
    PULSE_COOKIE: access.pulseCookiePath,
  };
}

export interface PulseServer extends PulseAccess {
  /** Its folder, in which another may be started in its place. */
  readonly folder: string;
  /** As a crash; the folder stays. */
  kill(): void;
  stop(): Promise<void>;
}

/**
 * A PulseAudio of its own whose only sink swallows what is played: the loudspeaker of a browser
 * under test, where what it plays can be recorded from the sink's monitor.
 * @param folder of one that was killed, to take its place; by default one is made
 */
export async function startPulseServer(folder?: string): Promise<PulseServer> {
  return startIn(folder ?? (await mkdtemp(join(tmpdir(), 'share-space-pulse-'))));
}

async function startIn(folder: string): Promise<PulseServer> {
  const pulseSocketPath = join(folder, 'native');
  const pulseCookiePath = join(folder, 'cookie');
  const access = { pulseSocketPath, pulseCookiePath };
  const protocol = `module-native-protocol-unix socket=${pulseSocketPath} auth-cookie=${pulseCookiePath}`;
  const child = new Child(
    'pulseaudio',
    spawn(
      'pulseaudio',
      [
        '-n',
        '--daemonize=no',
        '--exit-idle-time=-1',
        '--use-pid-file=no',
        '-v',
        '--log-target=stderr',
      ].concat(['-L', 'module-null-sink sink_name=speaker', '-L', protocol]),
      {
        env: { ...process.env, HOME: folder, XDG_RUNTIME_DIR: folder, PULSE_RUNTIME_PATH: folder },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    ),
  );
  const stop = async (): Promise<void> => {
    await child.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    while (!child.stderr.includes('Daemon startup complete')) {
      await Promise.race([once(child.process.stderr!, 'data'), child.failure()]);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { ...access, folder, kill: () => child.kill(), stop };
}
