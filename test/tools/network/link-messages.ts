import type { LinkCounters, LinkSettings } from './link-conditions.js';

/** What the process of a link says when its ports are open. */
export interface LinkReady {
  readonly type: 'ready';
  readonly portA: number;
  readonly portB: number;
}

/** Its answer to every command. */
export interface LinkState {
  readonly type: 'state';
  readonly isJoined: boolean;
  readonly aToB: LinkCounters;
  readonly bToA: LinkCounters;
}

export type LinkEvent = LinkReady | LinkState;

export type LinkCommand =
  { readonly type: 'change'; readonly settings: LinkSettings } | { readonly type: 'look' };

/** Argument of the process: how it starts. */
export interface LinkStart {
  readonly settings: LinkSettings;
  readonly seed: number;
}
