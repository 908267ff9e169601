import type { Logger } from 'pino';
import type { Namespace, Socket } from 'socket.io';

import type { Clock } from '../clock.js';
import type { Counters } from '../counters.js';
import { isThisMachine } from '../ice/this-machine.js';
import { atMostEvery } from '../limits/at-most-every.js';
import { checkCandidateSchema } from '../protocol/check.js';
import {
  hostTransportCandidateSchema,
  hostViewerClosedSchema,
  roomStatusSchema,
} from '../protocol/host-events.js';
import type { HostToServerEvents, ServerToHostEvents } from '../protocol/host-events.js';
import { controllerSchema } from '../protocol/room.js';
import { RequestRouter } from '../sockets/request-router.js';

import type { HostAuthenticator } from './host-authenticator.js';
import type { HostRegistry } from './host-registry.js';
import type { HostService } from './host-service.js';
import { HostSocketLink } from './host-socket-link.js';
import type { HostSocket } from './host-socket-link.js';

/** A flood of refusals leaves one line of log in this time. */
const refusalLogIntervalMs = 1000;

export interface HostNamespaceParts {
  readonly namespace: Namespace<HostToServerEvents, ServerToHostEvents>;
  readonly authenticator: HostAuthenticator;
  readonly hosts: HostRegistry;
  readonly service: HostService;
  /** The address a socket comes from, as limits count it. */
  readonly addressOf: (socket: HostSocket) => string;
  /** The same address, whole. */
  readonly remoteAddressOf: (socket: HostSocket) => string;
  readonly counters: Counters;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Refuses whoever cannot prove the shared secret, and serves the media hosts that can. */
export function serveHosts(parts: HostNamespaceParts): void {
  const { namespace, authenticator, hosts, counters, clock, log } = parts;
  /** The host that each socket's handshake proved. */
  const proven = new WeakMap<HostSocket, string>();
  const mayLogRefusal = atMostEvery(refusalLogIntervalMs, clock);

  namespace.use((socket, next) => {
    const { token } = socket.handshake.auth as { token?: unknown };
    authenticator.verify(token).then((proof) => {
      if (proof.accepted) {
        proven.set(socket, proof.hostId);
        next();
        return;
      }
      counters.increment('hostsRefused');
      if (mayLogRefusal()) {
        const refused = counters.get('hostsRefused');
        log.warn(
          { address: parts.addressOf(socket), reason: proof.reason, refused },
          'media host refused',
        );
      }
      next(new Error(`This media host is refused: ${proof.reason}.`));
    }, next);
  });

  namespace.on('connection', (socket) => {
    const hostId = proven.get(socket);
    if (hostId === undefined) throw new Error('a media host is connected without proof');
    const hostLog = log.child({ hostId });
    const isNear = isThisMachine(parts.remoteAddressOf(socket));
    const link = new HostSocketLink(hostId, clock.nowMs(), isNear, socket, hostLog);
    answerHost(socket, link, { ...parts, log: hostLog });
    socket.on('disconnect', (reason) => {
      hostLog.warn({ reason }, 'media host is gone');
      hosts.remove(link);
    });
    hostLog.info('media host registered');
    hosts.add(link);
  });
}

function answerHost(
  socket: HostSocket,
  link: HostSocketLink,
  { service, counters, log }: HostNamespaceParts,
): void {
  // It has proved the secret, and what it tells of every viewer of its rooms must not be lost.
  const router = new RequestRouter<HostToServerEvents>(socket as Socket, {
    counters,
    budget: null,
    log,
  });
  router.on('room:status', roomStatusSchema, (event) => service.roomStatus(link, event));
  router.on('control:report', controllerSchema, (event) => service.controlReported(link, event));
  router.on('viewer:closed', hostViewerClosedSchema, (event) => service.viewerClosed(link, event));
  router.on('transport:candidate', hostTransportCandidateSchema, (event) =>
    service.transportCandidate(link, event),
  );
  router.on('check:candidate', checkCandidateSchema, (event) =>
    service.checkCandidate(link, event),
  );
}
