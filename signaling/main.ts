import { fileURLToPath } from 'node:url';

import { createLog } from '../deploy/log.js';
import { ServiceError } from '../deploy/service-error.js';
import { loadSettings } from '../deploy/settings.js';

import { hasParent, reportToParent } from './parent-channel.js';
import { describeGenerated, describeReady } from './ready-message.js';
import { startSignalingService } from './signaling-service.js';

/*
 * The signaling process. Settings come from the environment. With an IPC channel it reports
 * `SignalingReady` and heartbeats there, and ends when the channel does; without, it prints the
 * same for a person. Exit codes: 0 stopped as asked, 1 could not start or failed, 2 wrong
 * settings.
 */

/** Beside this file's folder in the built tree. */
const clientFolder = fileURLToPath(new URL('../web/', import.meta.url));
/** A stop that takes longer is cut short. */
const stopTimeoutMs = 5000;

async function main(): Promise<void> {
  const settings = loadSettings(process.env);
  const log = createLog('signaling', settings);
  const service = await startSignalingService(settings, clientFolder, log);

  const stop = (reason: string): void => {
    log.info({ reason }, 'stopping');
    setTimeout(() => {
      log.error('stopping took too long');
      process.exit(1);
    }, stopTimeoutMs).unref();
    service.close().then(() => process.exit(0), fail);
  };
  process.once('SIGTERM', stop);
  const { url, port } = service.ready;
  log.info({ url, port }, 'signaling serves');
  if (hasParent()) {
    // A terminal's Ctrl+C reaches parent and children alike; the parent ends them in order.
    process.on('SIGINT', () => undefined);
    process.once('disconnect', () => stop('parent is gone'));
    if (process.connected) reportToParent(service.ready);
    else stop('parent is gone');
  } else {
    process.once('SIGINT', stop);
    const lines = [...describeGenerated(service.ready), describeReady(service.ready)];
    process.stdout.write(`${lines.join('\n')}\n`);
  }
}

function fail(error: unknown): void {
  const isPlain = error instanceof ServiceError;
  process.stderr.write(`${isPlain ? error.message : describe(error)}\n`);
  process.exit(isPlain ? error.exitCode : 1);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

main().catch(fail);
