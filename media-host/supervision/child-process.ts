import { fileURLToPath } from 'node:url';

import pino, { type Logger } from 'pino';
import type { ZodType } from 'zod';

import { sendReady, startHeartbeat } from './ipc.js';

/** How often a child says that its event loop turns; its supervisor allows a multiple of it. */
export const heartbeatIntervalMs = 500;

export interface RunAs {
  readonly uid: number;
  readonly gid: number;
}

/** Where the compiled entry of a child process is, next to the module that names it. */
export const entryPath = (moduleUrl: string, entry: string): string =>
  fileURLToPath(new URL(entry, moduleUrl));

/**
 * Reads what a child was started with from one variable of its environment.
 * @throws Error when it is missing or not of the schema
 */
export function readOptions<T>(variable: string, schema: ZodType<T>): T {
  const text = process.env[variable];
  if (text === undefined)
    throw new Error(`${variable} is not set: this program is started by the media host`);
  return schema.parse(JSON.parse(text));
}

/** Gives up root for good. Call once everything is loaded: the install folder may be root's alone. */
export function dropPrivileges(runAs: RunAs | undefined): void {
  if (!runAs || process.getuid?.() !== 0) return;
  process.setgroups?.([runAs.gid]);
  process.setgid?.(runAs.gid);
  process.setuid?.(runAs.uid);
}

/** The log of a room's child on its standard output; the room's id is its first argument. */
export const childLogger = (name: string): Logger =>
  pino({
    level: process.env['LOG_LEVEL'] ?? 'info',
    base: { process: name, roomId: process.argv[2] },
  });

/**
 * The common life of a child: ready, heartbeat, and an end when its supervisor is gone.
 * @param end releases what the process holds; the process exits when it returns
 */
export function live(end: () => void): void {
  const exit = (): void => {
    end();
    process.exit(0);
  };
  process.once('SIGTERM', exit);
  // A terminal's Ctrl+C reaches the whole group; the supervisor ends its children in order.
  process.on('SIGINT', () => undefined);
  process.once('disconnect', exit);
  startHeartbeat(process, heartbeatIntervalMs);
  sendReady(process);
}
