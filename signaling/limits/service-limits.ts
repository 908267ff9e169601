import type { FailureLimits } from './failure-limiter.js';

/*
 * How much of anything one asker gets. Sized so that a school class behind one address joins at
 * once. Who has many addresses still gets 28 800 tries a day at one room: the passcodes that are
 * made up withstand that for ever, one of six digits would be found within weeks.
 */

/** Members of one room, dropped ones included. */
export const maxMembersPerRoom = 250;

/** Open sockets of one address; those of media hosts do not count. */
export const maxConnectionsPerAddress = 500;
/** How long a page may be connected without joining, milliseconds; it connects again when it joins. */
export const guestTimeoutMs = 60_000;

/** Open media sockets of one address, of pages and of media hosts. */
export const maxMediaSocketsPerAddress = 500;

/** Passcodes that are hashed at once, 16 MiB each; half of the thread pool stays free for files. */
export const hashConcurrency = 2;
/** Attempts that wait for that; at about 50 ms each, the last waits 2 s. */
export const hashQueueCapacity = 64;

/** Wrong passcodes or passwords of one address. */
export const failuresByAddress: FailureLimits = {
  failures: 10,
  windowSeconds: 600,
  waitSeconds: 30,
  maxWaitSeconds: 3600,
};

/** Wrong passcodes for one room, from all addresses. The wait stays short: it hits guests who know it, too. */
export const failuresByRoom: FailureLimits = {
  failures: 40,
  windowSeconds: 600,
  waitSeconds: 30,
  maxWaitSeconds: 120,
};

/** Events of one socket, whatever they are: points and window. */
export const socketEvents = { points: 300, windowSeconds: 10 } as const;

/** Viewer and transport requests of one member, enough to try both ways every two seconds; see `ViewerService` for what each costs. */
export const viewerRequests = { points: 1200, windowSeconds: 60 } as const;
/** The same of all members behind one address; a full room opens its viewers with half of it. */
export const viewerRequestsOfAddress = { points: 15_000, windowSeconds: 60 } as const;

/** Connection checks of one address; a page that checks opens two. */
export const checkRequests = { points: 60, windowSeconds: 60 } as const;

/** Connection checks at once, of all addresses; each is a WebRTC peer at a media host for some seconds. */
export const maxChecks = 40;

/** How long rooms wait for a media host that went away before another takes them, milliseconds. */
export const hostMoveDelayMs = 10_000;
