import { mediaSocketPath } from '../../../signaling/protocol/media-socket.js';
import { unwrap } from '../../../signaling/protocol/result.js';
import type { SignalingClient } from '../session/signaling-client.js';

import { failed, fine } from './check-result.js';
import type { CheckOutcome } from './check-result.js';

/* The way to the service: pages over HTTP, and the WebSocket everything else is agreed over. */

/** Small, and never out of a cache. */
const liveUrl = '/livez';
/** The first often waits for the page itself. */
const pingCount = 3;

/** Asks the service for something small over HTTP. Rejects when nobody answers. */
export async function testPage(
  fetchUrl: typeof fetch,
  signal: AbortSignal,
): Promise<CheckOutcome<'page'>> {
  const startMs = performance.now();
  const { ok } = await fetchUrl(liveUrl, { cache: 'no-store', signal });
  return ok ? fine('answered', performance.now() - startMs) : failed('refused');
}

/** A signaling connection that a test may ask whether it is there. */
export interface ServerConnection extends Pick<SignalingClient, 'request' | 'remoteCandidates'> {
  /** Resolves when it is connected; stays pending while it is not. */
  readonly connected: Promise<void>;
}

/** Waits for the connection, and measures a few round trips. Stays pending while there is no connection. */
export async function testWebSocket({
  connected,
  request,
}: Pick<ServerConnection, 'connected' | 'request'>): Promise<CheckOutcome<'websocket'>> {
  await connected;
  const roundTripsMs: number[] = [];
  while (roundTripsMs.length < pingCount) {
    const startMs = performance.now();
    unwrap(await request('check:ping', {}));
    roundTripsMs.push(performance.now() - startMs);
  }
  return fine('answered', Math.min(...roundTripsMs));
}

/** What a test needs of a WebSocket. */
export type OpeningSocket = Pick<WebSocket, 'addEventListener' | 'close'>;

/** Whether the way on which the picture comes when UDP is closed can be opened. Stays pending while it cannot. */
export function testMediaSocket(
  openSocket: (path: string) => OpeningSocket,
  signal: AbortSignal,
): Promise<CheckOutcome<'media'>> {
  const startMs = performance.now();
  const socket = openSocket(mediaSocketPath);
  signal.addEventListener('abort', () => socket.close(), { once: true });
  return new Promise((resolve) => {
    socket.addEventListener('open', () => resolve(fine('answered', performance.now() - startMs)));
    socket.addEventListener('error', () => resolve(failed('blocked')));
  });
}
