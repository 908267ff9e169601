import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';

import type { Logger } from 'pino';

import type { Settings } from '../deploy/settings.js';

import { CheckService } from './checks/check-service.js';
import { systemClock } from './clock.js';
import { Counters } from './counters.js';
import { HostAuthenticator } from './hosts/host-authenticator.js';
import { serveHosts } from './hosts/host-namespace.js';
import { HostRegistry } from './hosts/host-registry.js';
import { HostService } from './hosts/host-service.js';
import { createApp } from './http/app.js';
import { clientAddress } from './http/client-address.js';
import { listen } from './http/listen.js';
import { OriginPolicy } from './http/origin-policy.js';
import { BoundedQueue } from './limits/bounded-queue.js';
import { FailureLimiter } from './limits/failure-limiter.js';
import { RequestBudget } from './limits/request-budget.js';
import * as limits from './limits/service-limits.js';
import { MediaPairs } from './media/media-pairs.js';
import { MediaSocketServer } from './media/media-socket-server.js';
import { serveMembers } from './members/member-namespace.js';
import { MemberService } from './members/member-service.js';
import { MemberTokens } from './members/member-tokens.js';
import { openData } from './open-data.js';
import { OperatorFeed } from './operator/operator-feed.js';
import { serveOperators } from './operator/operator-namespace.js';
import { operatorRoutes } from './operator/operator-routes.js';
import { OperatorSessions } from './operator/operator-sessions.js';
import { PasscodeGate } from './passcodes/passcode-gate.js';
import { hostNamespace } from './protocol/host-events.js';
import { memberNamespace } from './protocol/member-events.js';
import { operatorNamespace } from './protocol/operator-events.js';
import { Readiness } from './readiness.js';
import { createReadyMessage } from './ready-message.js';
import type { SignalingReady } from './ready-message.js';
import { RoomRegistry } from './rooms/room-registry.js';
import { ConnectionCounter } from './sockets/connection-counter.js';
import { createSocketServer } from './sockets/socket-server.js';
import { ViewerRegistry } from './viewers/viewer-registry.js';
import { ViewerService } from './viewers/viewer-service.js';

/** A slow sender of a request's head, and of its body, is cut off after these times. */
const headersTimeoutMs = 10_000;
const requestTimeoutMs = 30_000;

export interface SignalingService {
  readonly ready: SignalingReady;
  /** Says goodbye to everybody and frees port and data folder; idempotent. */
  close(): Promise<void>;
}

/**
 * Wires the whole signaling service and starts it; knows all parts, and is the only one to.
 * @param clientFolder the built client
 * @throws ServiceError when the data folder or the port cannot be had
 */
export async function startSignalingService(
  settings: Settings,
  clientFolder: string,
  log: Logger,
): Promise<SignalingService> {
  const clock = systemClock;
  const data = await openData(settings, clock.nowMs(), log);
  const counters = new Counters();
  const addressOf = (request: IncomingMessage): string =>
    clientAddress(request, settings.trustProxy);
  const socketAddressOf = (socket: { readonly request: IncomingMessage }): string =>
    addressOf(socket.request);

  const rooms = new RoomRegistry({
    clock,
    memberGraceMs: settings.memberGraceSeconds * 1000,
    controlGraceMs: settings.controlGraceSeconds * 1000,
    capacity: limits.maxMembersPerRoom,
  });
  for (const { roomId } of data.store.all()) rooms.add(roomId);
  const hosts = new HostRegistry(
    () => rooms.all().map(({ roomId }) => roomId),
    clock,
    limits.hostMoveDelayMs,
  );
  const viewerRegistry = new ViewerRegistry();
  const ice = { iceServers: [], icePolicy: settings.icePolicy };
  const mediaPairs = new MediaPairs(clock, log);
  const viewers = new ViewerService({
    hosts,
    viewers: viewerRegistry,
    mediaPairs,
    budget: new RequestBudget(limits.viewerRequests.points, limits.viewerRequests.windowSeconds),
    ice,
    clock,
    log,
  });
  const checks = new CheckService({
    rooms,
    hosts,
    budget: new RequestBudget(limits.checkRequests.points, limits.checkRequests.windowSeconds),
    capacity: limits.maxChecks,
    ice,
    clock,
    log,
  });
  const gate = new PasscodeGate(
    new BoundedQueue(limits.hashConcurrency, limits.hashQueueCapacity),
    counters,
  );
  const sessions = new OperatorSessions(clock);
  const feed = new OperatorFeed({ rooms, hosts, viewers: viewerRegistry, counters, clock });
  const origins = new OriginPolicy(settings);

  const readiness = new Readiness(rooms, hosts);
  let isListening = false;
  const httpServer = createServer(
    {
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: headersTimeoutMs / 2,
    },
    createApp({
      settings,
      origins,
      operatorRoutes: operatorRoutes({
        sessions,
        gate,
        password: data.operatorPassword,
        failuresByAddress: new FailureLimiter(limits.failuresByAddress),
        addressOf,
        log,
      }),
      clientFolder,
      isReady: () => isListening && readiness.isReady(),
      counters,
      log,
    }),
  );
  const sockets = createSocketServer({
    httpServer,
    origins,
    connections: new ConnectionCounter(limits.maxConnectionsPerAddress),
    addressOf,
    counters,
    log,
  });
  new MediaSocketServer({
    httpServer,
    pairs: mediaPairs,
    origins,
    connections: new ConnectionCounter(limits.maxMediaSocketsPerAddress),
    addressOf,
    counters,
    clock,
    log,
  });

  const router = {
    counters,
    budget: new RequestBudget(limits.socketEvents.points, limits.socketEvents.windowSeconds),
    log,
  };
  serveMembers({
    ...router,
    namespace: sockets.of(memberNamespace),
    members: new MemberService({
      store: data.store,
      rooms,
      viewers,
      tokens: new MemberTokens(data.memberKey, clock),
      gate,
      failuresByAddress: new FailureLimiter(limits.failuresByAddress),
      failuresByRoom: new FailureLimiter(limits.failuresByRoom),
      ice,
      counters,
    }),
    rooms,
    viewers,
    checks,
    addressOf: socketAddressOf,
    clock,
  });
  serveHosts({
    ...router,
    namespace: sockets.of(hostNamespace),
    authenticator: new HostAuthenticator(data.hostSecret, clock),
    hosts,
    service: new HostService({ hosts, rooms, viewers, checks, settings, counters, log }),
    addressOf: socketAddressOf,
    clock,
  });
  serveOperators({ ...router, namespace: sockets.of(operatorNamespace), sessions, feed });

  const close = async (): Promise<void> => {
    isListening = false;
    feed.close();
    mediaPairs.closeAll();
    await sockets.close();
    httpServer.closeAllConnections();
    checks.closeAll();
    hosts.close();
    rooms.close();
    sessions.close();
    await data.lock.release();
  };

  try {
    const port = await listen(httpServer, settings.host, settings.port);
    isListening = true;
    let closing: Promise<void> | null = null;
    return {
      ready: createReadyMessage(settings, port, data.generated),
      close: () => (closing ??= close()),
    };
  } catch (error) {
    await close();
    throw error;
  }
}
