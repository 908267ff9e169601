import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { entryPath, heartbeatIntervalMs } from '../media-host/supervision/child-process.js';
import { nodeScript } from '../media-host/supervision/process-spec.js';
import { SupervisedProcess } from '../media-host/supervision/supervised-process.js';
import { listen } from '../signaling/http/listen.js';
import {
  describeGenerated,
  describeReady,
  type SignalingReady,
} from '../signaling/ready-message.js';

import { createLog } from './log.js';
import { ServiceError } from './service-error.js';
import type { Process } from './setting-definitions.js';
import { isReadBy, loadSettings } from './settings.js';
import { BuiltInTurn } from './turn/built-in-turn.js';

/*
 * Everything on one machine: runs the signaling service, a TURN server and a media host as children,
 * keeps them running, and says when people can come. A failure before that ends it with the child's message.
 */

const readyTimeoutMs = 20_000;
const desktopTimeoutMs = 20_000;
const pollIntervalMs = 100;
/** A media host ends its desktops first, which takes some seconds. */
const killAfterMs = 15_000;
const heartbeatTimeoutMs = 10 * heartbeatIntervalMs;

const settings = await orExit(() => loadSettings(process.env));
const logger = createLog('start', settings);
const children: SupervisedProcess[] = [];
let stopping = false;
let turn: BuiltInTurn | null = null;

process.on('SIGTERM', () => void stop(0));
process.on('SIGINT', () => void stop(0));

// Fixed here when any port will do, so that a restarted service is found where it was.
const port = settings.port === 0 ? await orExit(() => freePort(settings.host)) : settings.port;
turn = await orExit(() => BuiltInTurn.prepare(settings, logger));
const signaling = supervise('signaling', '../signaling/main.js', {
  SHARE_SPACE_PORT: String(port),
  SHARE_SPACE_TURN_SERVER: turn ? 'on' : 'off',
  ...(turn && { SHARE_SPACE_TURN_PORT: String(turn.port) }),
});
const announced = new Promise<SignalingReady>((resolve) => {
  signaling.on('child', (child: ChildProcess) => {
    child.on('message', (message) => {
      if (isReady(message)) resolve(message);
    });
  });
});
signaling.start();
const ready = await announced;
// At once, whatever becomes of the rest: only their hashes are kept.
for (const line of describeGenerated(ready)) console.log(line);
if (turn) await startTurn(turn);
const mediaHost = supervise('media-host', '../media-host/main.js', {
  SHARE_SPACE_SIGNALING_URL: ready.signalingUrl,
});
mediaHost.start();
await firstDesktop(ready.signalingUrl);
console.log(describeReady(ready));

function supervise(
  name: Exclude<Process, 'start'>,
  entry: string,
  variables: Record<string, string>,
): SupervisedProcess {
  const child = new SupervisedProcess(
    nodeScript({
      name,
      script: entryPath(import.meta.url, entry),
      args: [],
      env: { ...environmentOf(name), ...variables },
      inheritOutput: true,
    }),
    {
      logger,
      readiness: { kind: 'message', timeoutMs: readyTimeoutMs },
      heartbeatTimeoutMs,
      killAfterMs,
    },
  );
  let wasRunning = false;
  child.on('state', (state) => (wasRunning ||= state === 'running'));
  // What stops a first start would stop the next one too: the child has said why.
  child.on('failure', ({ exitCode }) => {
    if (!wasRunning) void stop(exitCode ?? 1);
  });
  children.push(child);
  return child;
}

/* Children get the settings that they read, and what programs generally need; nothing else of the caller's. */
function environmentOf(name: Process): Record<string, string> {
  const passed = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'UV_THREADPOOL_SIZE'];
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && (passed.includes(entry[0]) || isReadBy(name, entry[0])),
    ),
  );
}

/** Waits for the first room's desktop; after a while people may come anyway, the page says what is wrong. */
async function firstDesktop(signalingUrl: string): Promise<void> {
  const deadlineMs = performance.now() + desktopTimeoutMs;
  while (performance.now() < deadlineMs) {
    const isReady = await fetch(`${signalingUrl}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady) return;
    await delay(pollIntervalMs);
  }
  logger.warn('the desktop is not running yet');
}

async function freePort(host: string): Promise<number> {
  const server = createServer();
  const free = await listen(server, host, 0);
  server.close();
  await once(server, 'close');
  return free;
}

async function stop(exitCode: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  // At once: a terminal's Ctrl+C ends it anyway.
  const turnStopped = turn?.stop();
  // The media host first: its members are told while there is somebody to tell them.
  for (const child of [...children].reverse()) await child.stop();
  await turnStopped;
  process.exit(exitCode);
}

function isReady(message: unknown): message is SignalingReady {
  return typeof message === 'object' && message !== null && 'roomUrl' in message;
}

/** For when the signaling service runs: from then on the data folder is ours. */
async function startTurn(server: BuiltInTurn): Promise<void> {
  const fail = (why: string): void => {
    if (settings.turnServer !== 'on') return;
    console.error(why);
    void stop(1);
  };
  server.onFailure(({ message, tail }) => {
    if (!server.hasRun) fail([message, ...tail].join('\n'));
  });
  try {
    await server.start();
  } catch (error) {
    logger.error({ err: error }, 'the TURN server cannot be configured');
    fail(String(error));
  }
}

/** What a person must mend ends this program with what to do. */
async function orExit<T>(run: () => T | Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    console.error(error.message);
    process.exit(error.exitCode);
  }
}
