import { setTimeout as delay } from 'node:timers/promises';

import type { ProcessSpec } from '../supervision/process-spec.js';
import type { Readiness } from '../supervision/readiness.js';

import { answers } from './display-number.js';
import { processSpecOf, viewOf } from './room-place.js';
import type { RoomPlace } from './room-place.js';

const sinkName = 'room';
/** What to record from to hear everything the room plays. */
export const monitorSource = `${sinkName}.monitor`;

/** Secret that PulseAudio asks of every client that is another user; it must have this size. */
export const pulseCookieSizeBytes = 256;

const readyTimeoutMs = 15_000;
const probeIntervalMs = 10;

/** The room's sound server: one sink that swallows what is played, and a socket. */
export function soundServerSpec(place: RoomPlace): ProcessSpec {
  const view = viewOf(place);
  const modules = [
    `module-null-sink sink_name=${sinkName} rate=48000 channels=2 format=s16le`,
    `module-native-protocol-unix socket=${view.pulseSocket} auth-cookie=${view.pulseCookie}`,
  ];
  return processSpecOf(place, {
    name: 'sound',
    program: 'pulseaudio',
    args: [
      ...['-n', '--daemonize=no', '--use-pid-file=no', '--exit-idle-time=-1'],
      // The room has neither the right to real time nor a need for it: no device waits.
      ...['--realtime=no', '--high-priority=no', '--log-target=stderr', '--log-level=warn'],
      ...['--resample-method=speex-float-3', '--disallow-exit'],
      ...modules.flatMap((module) => ['-L', module]),
    ],
    env: { PULSE_STATE_PATH: view.userRuntime, PULSE_RUNTIME_PATH: view.userRuntime },
    binds: [],
  });
}

/** Ready when its socket takes connections. */
export function soundServerReadiness(pulseSocket: string): Readiness {
  return {
    kind: 'probe',
    timeoutMs: readyTimeoutMs,
    probe: async (_child, signal) => {
      while (!(await answers(pulseSocket))) await delay(probeIntervalMs, undefined, { signal });
    },
  };
}
