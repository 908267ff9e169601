import type { CheckResults } from './check-result.js';

/**
 * What a person may expect of a room from here.
 *
 * - `testing`: not decided yet
 * - `no-server`: the service cannot be reached; nothing works
 * - `no-picture`: this browser cannot play the picture
 * - `direct`, `relayed`: the picture comes over UDP, straight or through the relay
 * - `websocket`: UDP is closed, and the picture comes over WebSocket
 * - `blocked`: one can join, and the picture does not get through
 * - `untested`: one can join; whether the picture gets through could not be tested
 */
export type Verdict =
  | 'testing'
  | 'no-server'
  | 'no-picture'
  | 'direct'
  | 'relayed'
  | 'websocket'
  | 'blocked'
  | 'untested';

/** Decides as soon as what it depends on is known. */
export function verdictOf({ page, websocket, picture, udp, turn, media }: CheckResults): Verdict {
  if (page?.state === 'failed' || websocket?.state === 'failed') return 'no-server';
  if (picture?.state === 'failed') return 'no-picture';
  if (!page || !websocket || !picture || !udp) return 'testing';
  if (udp.state === 'fine') return 'direct';
  if (!turn || !media) return 'testing';
  if (turn.state === 'fine') return 'relayed';
  const isClosed = udp.state === 'failed' || udp.reason === 'no-webrtc' || turn.state === 'failed';
  if (!isClosed) return 'untested';
  return media.state === 'fine' ? 'websocket' : 'blocked';
}
