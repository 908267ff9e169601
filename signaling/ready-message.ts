import { reachableHost } from '../deploy/settings.js';
import type { Settings } from '../deploy/settings.js';

import type { GeneratedSecrets } from './first-start.js';

/** What the signaling process tells its parent over the IPC channel, once, when it serves. */
export interface SignalingReady {
  readonly type: 'ready';
  /** The address people open. */
  readonly url: string;
  /** The address of the room of the settings. */
  readonly roomUrl: string;
  /** The address at which a media host on this machine finds the service. */
  readonly signalingUrl: string;
  readonly port: number;
  /** Secrets made up in this start, told here and never again. */
  readonly generated: GeneratedSecrets;
}

export function createReadyMessage(
  { publicUrl, host, room }: Pick<Settings, 'publicUrl' | 'host' | 'room'>,
  port: number,
  generated: GeneratedSecrets,
): SignalingReady {
  const isEverywhere = host === '0.0.0.0' || host === '::';
  const url = publicUrl ?? `http://${isEverywhere ? 'localhost' : reachableHost(host)}:${port}`;
  const signalingUrl = `http://${reachableHost(host)}:${port}`;
  return { type: 'ready', url, roomUrl: `${url}/r/${room}`, signalingUrl, port, generated };
}

/** The secrets made up in this start, for a person: lines for stdout, none when there are none. */
export function describeGenerated({
  url,
  generated: { passcode, operatorPassword },
}: SignalingReady): string[] {
  return [
    ...(passcode === undefined ? [] : [`Passcode of the room: ${passcode}`]),
    ...(operatorPassword === undefined
      ? []
      : [`Operator password (${url}/operator): ${operatorPassword}`]),
  ];
}

/** Where people can come, for a person: a line for stdout. */
export const describeReady = ({ roomUrl }: SignalingReady): string =>
  `Share Space is ready at ${roomUrl}`;
