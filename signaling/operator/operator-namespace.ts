import type { Namespace, Socket } from 'socket.io';

import type {
  OperatorToServerEvents,
  ServerToOperatorEvents,
} from '../protocol/operator-events.js';
import { RequestRouter } from '../sockets/request-router.js';
import type { RequestRouterOptions } from '../sockets/request-router.js';

import type { OperatorFeed } from './operator-feed.js';
import type { OperatorSessions } from './operator-sessions.js';
import { sessionIdOf } from './session-cookie.js';

export interface OperatorNamespaceParts extends RequestRouterOptions {
  readonly namespace: Namespace<OperatorToServerEvents, ServerToOperatorEvents>;
  readonly sessions: OperatorSessions;
  readonly feed: OperatorFeed;
}

/** Serves dashboards of whoever is logged in, for as long as they are. */
export function serveOperators({
  namespace,
  sessions,
  feed,
  ...options
}: OperatorNamespaceParts): void {
  namespace.use((socket, next) => {
    const sessionId = sessionIdOf(socket.request);
    if (sessionId !== null && sessions.has(sessionId)) next();
    else next(new Error('Please log in.'));
  });

  namespace.on('connection', (socket) => {
    const sessionId = sessionIdOf(socket.request);
    if (sessionId === null || !sessions.has(sessionId)) {
      socket.disconnect(true);
      return;
    }
    void socket.join(sessionId);
    // The dashboard asks nothing; whatever it sends all the same is refused and counted.
    new RequestRouter<OperatorToServerEvents>(socket as Socket, options);
    socket.emit('operator:snapshot', feed.snapshot());
  });

  sessions.events.on('ended', (sessionId) => {
    namespace.in(sessionId).disconnectSockets(true);
  });
  feed.events.on('snapshot', (snapshot) => {
    namespace.emit('operator:snapshot', snapshot);
  });
}
