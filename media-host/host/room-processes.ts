import { dirname, join } from 'node:path';

import type { Logger } from 'pino';

import type { RoomSpec } from '../../signaling/protocol/room.js';
import type { DesktopEndpoints } from '../desktop/desktop-parts.js';
import { serviceIdentity } from '../desktop/room-identities.js';
import { fanOutOptionsVariable, type FanOutOptions } from '../fan-out/fan-out-options.js';
import { pipelineOptionsVariable, type PipelineOptions } from '../pipeline/pipeline-options.js';
import { entryPath, heartbeatIntervalMs } from '../supervision/child-process.js';
import { nodeScript } from '../supervision/process-spec.js';
import { SupervisedProcess } from '../supervision/supervised-process.js';

const readyTimeoutMs = 10_000;
/** A child that lets this much pass between two beats hangs. */
const heartbeatTimeoutMs = 6 * heartbeatIntervalMs;

export interface NetworkSettings {
  readonly signalingUrl: string;
  readonly bindAddress: string | null;
  readonly portRange: { readonly first: number; readonly last: number } | null;
  /** Viewers one fan-out process is given before the room opens another. */
  readonly viewersPerFanOut: number;
}

/** The service's own folder of a room is where pipeline and fan-outs meet. */
const broadcastSocketPath = (endpoints: DesktopEndpoints): string =>
  join(dirname(endpoints.xauthorityPath), 'broadcast');

const supervision = (logger: Logger) => ({
  logger,
  readiness: { kind: 'message', timeoutMs: readyTimeoutMs } as const,
  heartbeatTimeoutMs,
});

/** What every Node child gets; nothing else of this process's environment is passed on. */
function environment(logger: Logger, options: Record<string, string>): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LOG_LEVEL: logger.level, ...options };
}

/** The process that captures and encodes a room's desktop. */
export function pipelineProcess(
  room: RoomSpec,
  endpoints: DesktopEndpoints,
  logger: Logger,
): SupervisedProcess {
  const runAs = serviceIdentity();
  const options: PipelineOptions = {
    room,
    display: endpoints.display,
    rfbSocketPath: endpoints.rfbSocketPath,
    sound: {
      serverSocketPath: endpoints.pulseSocketPath,
      cookiePath: endpoints.pulseCookiePath,
      source: endpoints.monitorSource,
    },
    broadcastSocketPath: broadcastSocketPath(endpoints),
    ...(runAs ? { runAs } : {}),
  };
  return new SupervisedProcess(
    nodeScript({
      name: 'pipeline',
      script: entryPath(import.meta.url, '../pipeline/main.js'),
      args: [room.roomId],
      inheritOutput: true,
      env: environment(logger, {
        XAUTHORITY: endpoints.xauthorityPath,
        [pipelineOptionsVariable]: JSON.stringify(options),
      }),
    }),
    supervision(logger),
  );
}

/** A process that feeds viewers of a room. */
export function fanOutProcess(
  room: RoomSpec,
  endpoints: DesktopEndpoints,
  network: NetworkSettings,
  logger: Logger,
): SupervisedProcess {
  const runAs = serviceIdentity();
  const options: FanOutOptions = {
    broadcastSocketPath: broadcastSocketPath(endpoints),
    signalingUrl: network.signalingUrl,
    ...(network.bindAddress === null ? {} : { bindAddress: network.bindAddress }),
    ...(network.portRange === null ? {} : { portRange: network.portRange }),
    ...(runAs ? { runAs } : {}),
  };
  return new SupervisedProcess(
    nodeScript({
      name: 'fan-out',
      script: entryPath(import.meta.url, '../fan-out/main.js'),
      args: [room.roomId],
      inheritOutput: true,
      env: environment(logger, { [fanOutOptionsVariable]: JSON.stringify(options) }),
    }),
    supervision(logger),
  );
}
