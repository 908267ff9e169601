import { z } from 'zod';

import { passcodeSchema } from './identifiers.js';
import type { RoomSnapshot } from './room.js';

/**
 * Socket.IO namespace of the operator's dashboard. The session cookie that
 * `POST /api/operator/session` sets opens it.
 */
export const operatorNamespace = '/operator';

/** Body of `POST /api/operator/session`. */
export const operatorLoginSchema = z.object({ password: passcodeSchema });
export type OperatorLogin = z.infer<typeof operatorLoginSchema>;

/** One page's media in a room; a member may have none, or several while one replaces another. */
export interface OperatorViewer {
  readonly viewerId: string;
  readonly memberId: string;
  /** When it was opened, ms since the Unix epoch. */
  readonly sinceMs: number;
}

/** A room as its members see it, and what only the operator sees. */
export interface OperatorRoom extends RoomSnapshot {
  readonly viewers: readonly OperatorViewer[];
  /** The media host that runs the desktop, or null while there is none. */
  readonly hostId: string | null;
}

export interface OperatorHost {
  readonly hostId: string;
  /** When it registered, ms since the Unix epoch. */
  readonly connectedSinceMs: number;
  /** Ids of the rooms it runs. */
  readonly rooms: readonly string[];
}

export interface OperatorSnapshot {
  readonly rooms: readonly OperatorRoom[];
  readonly hosts: readonly OperatorHost[];
  /** What the service refused or ignored since it started, by kind. */
  readonly counters: Readonly<Record<string, number>>;
}

/** Signaling service to dashboard: everything, at each change but at most once a second. */
export interface ServerToOperatorEvents {
  'operator:snapshot': (snapshot: OperatorSnapshot) => void;
}

/** The dashboard asks nothing over its socket. */
export type OperatorToServerEvents = Record<string, never>;
