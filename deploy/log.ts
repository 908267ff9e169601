import { pino } from 'pino';
import type { Logger } from 'pino';

import type { Settings } from './settings.js';

/** Never written to a log, wherever an object that is logged carries them. */
const secretKeys = [
  'passcode',
  'password',
  'token',
  'secret',
  'hostSecret',
  'turnSecret',
  'credential',
  'cookie',
];

/**
 * The structured log of one process, on stdout. Bind `roomId`, `memberId` and `hostId` once
 * with `child()`; at `info`, write about once a second at most.
 */
export function createLog(process: string, { logLevel }: Pick<Settings, 'logLevel'>): Logger {
  return pino({
    level: logLevel,
    base: { process },
    redact: secretKeys.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]),
  });
}
