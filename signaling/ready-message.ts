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

/** The same for a person who started the process by hand, in lines for stdout. */
export function describeReady({ roomUrl, url, generated }: SignalingReady): string {
  const lines = [`Share Space is ready at ${roomUrl}`];
  if (generated.passcode !== undefined) lines.push(`Passcode of the room: ${generated.passcode}`);
  if (generated.operatorPassword !== undefined) {
    lines.push(`Operator password (${url}/operator): ${generated.operatorPassword}`);
  }
  return lines.join('\n');
}
