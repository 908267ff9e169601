import type { IncomingMessage } from 'node:http';

import type { Logger } from 'pino';

import type { Settings } from '../deploy/settings.js';

import { CheckService } from './checks/check-service.js';
import { systemClock } from './clock.js';
import { Counters } from './counters.js';
import { HostAuthenticator } from './hosts/host-authenticator.js';
import { serveHosts } from './hosts/host-namespace.js';
import { hostPassCheck } from './hosts/host-pass-check.js';
import { HostRegistry } from './hosts/host-registry.js';
import { HostService } from './hosts/host-service.js';
import { createApp } from './http/app.js';
import { clientAddress, remoteAddress } from './http/client-address.js';
import { OriginPolicy } from './http/origin-policy.js';
import { WebServer } from './http/web-server.js';
import { IceConfiguration } from './ice/ice-configuration.js';
import { BoundedQueue } from './limits/bounded-queue.js';
import { FailureLimiter } from './limits/failure-limiter.js';
import { RequestBudget } from './limits/request-budget.js';
import * as limits from './limits/service-limits.js';
import { MediaPairs } from './media/media-pairs.js';
import { MediaSocketServer } from './media/media-socket-server.js';
import { serveMembers } from './members/member-namespace.js';
import { MemberService } from './members/member-service.js';
import { MemberTokens } from './members/member-tokens.js';
import { ensureSecrets, openData } from './open-data.js';
import type { OpenData, Secrets } from './open-data.js';
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
  const { data, web, secrets } = await openUp(settings, clock.nowMs(), log);
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
    new Map(
      data.store.all().flatMap(({ roomId, hostId }) => (hostId ? [[roomId, hostId] as const] : [])),
    ),
  );
  hosts.events.on('assigned', ({ hostId }, roomIds) => {
    data.store.setHost(roomIds, hostId).catch((error: unknown) => {
      // Only the next start of the service misses it, and then gives the rooms out anew.
      log.warn({ err: error, hostId }, 'the host of rooms was not kept');
    });
  });
  const viewerRegistry = new ViewerRegistry();
  const ice = new IceConfiguration({ settings, turnSecret: data.turnSecret, clock });
  const mediaPairs = new MediaPairs(clock, log);
  const viewers = new ViewerService({
    hosts,
    viewers: viewerRegistry,
    mediaPairs,
    budget: new RequestBudget(limits.viewerRequests.points, limits.viewerRequests.windowSeconds),
    budgetOfAddresses: new RequestBudget(
      limits.viewerRequestsOfAddress.points,
      limits.viewerRequestsOfAddress.windowSeconds,
    ),
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
  const gate = new PasscodeGate(new BoundedQueue(limits.hashConcurrency, limits.hashQueueCapacity));
  const sessions = new OperatorSessions(clock);
  const feed = new OperatorFeed({ rooms, hosts, viewers: viewerRegistry, counters, clock });
  const origins = new OriginPolicy(settings);

  const readiness = new Readiness(rooms, hosts);
  let closing: Promise<void> | null = null;
  web.serve(
    createApp({
      settings,
      origins,
      operatorRoutes: operatorRoutes({
        sessions,
        gate,
        password: secrets.operatorPassword,
        failuresByAddress: new FailureLimiter(limits.failuresByAddress),
        addressOf,
        log,
      }),
      clientFolder,
      isReady: () => closing === null && readiness.isReady(),
      counters,
      log,
    }),
  );
  const sockets = createSocketServer({
    httpServer: web.http,
    origins,
    connections: new ConnectionCounter(limits.maxConnectionsPerAddress),
    isHost: hostPassCheck(data.hostSecret),
    addressOf,
    counters,
    log,
  });
  new MediaSocketServer({
    httpServer: web.http,
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
      counters,
    }),
    rooms,
    viewers,
    checks,
    addressOf: socketAddressOf,
    guestTimeoutMs: limits.guestTimeoutMs,
    clock,
  });
  serveHosts({
    ...router,
    namespace: sockets.of(hostNamespace),
    authenticator: new HostAuthenticator(data.hostSecret, clock),
    hosts,
    service: new HostService({ hosts, rooms, viewers, checks, settings, counters, log }),
    addressOf: socketAddressOf,
    remoteAddressOf: ({ request }) => remoteAddress(request, settings.trustProxy),
    clock,
  });
  serveOperators({ ...router, namespace: sockets.of(operatorNamespace), sessions, feed });

  const close = async (): Promise<void> => {
    feed.close();
    mediaPairs.closeAll();
    await web.close(() => sockets.close());
    checks.closeAll();
    hosts.close();
    rooms.close();
    sessions.close();
    await data.lock.release();
  };

  return {
    ready: createReadyMessage(settings, web.port, secrets.generated),
    close: () => (closing ??= close()),
  };
}

/** Has folder and port before secrets are made up, so that nothing is kept that nobody is told. */
async function openUp(
  settings: Settings,
  nowMs: number,
  log: Logger,
): Promise<{ data: OpenData; web: WebServer; secrets: Secrets }> {
  const data = await openData(settings);
  try {
    const web = await WebServer.open(settings.host, settings.port);
    try {
      return { data, web, secrets: await ensureSecrets(data, settings, nowMs, log) };
    } catch (error) {
      await web.close(() => Promise.resolve());
      throw error;
    }
  } catch (error) {
    await data.lock.release();
    throw error;
  }
}
