import type { FanOutNotices, FanOutRequests } from '../../../media-host/supervision/child-ipc.js';

/*
 * What the benchmark and its peer processes ask and tell each other. Viewers live in processes of
 * their own, so that their work is not counted as the fan-out's.
 */

/** What a viewer received while it was looked at. */
export interface Reception {
  readonly viewerId: string;
  /** From sending to the last byte of each picture, ms. */
  readonly delaysMs: Float64Array;
  readonly sizeBytes: number;
  /** Pictures that came after some that were dropped. */
  readonly gaps: number;
}

/** Benchmark to peer process. */
export type PeerRequests = {
  /** Opens a viewer in a fan-out, by the fan-out's number; it watches from then on. */
  'peer:join': { payload: { fanOut: number; rateKbps: number | null }; answer: string };
  'peer:leave': { payload: { viewerId: string }; answer: null };
  /** Forgets what was received so far. */
  'measure:begin': { payload: null; answer: null };
  'measure:end': { payload: null; answer: Reception[] };
};

/** Peer process to benchmark: requests for a fan-out. */
export type RelayedRequests = {
  [Name in keyof FanOutRequests]: {
    payload: { fanOut: number; request: FanOutRequests[Name]['payload'] };
    answer: FanOutRequests[Name]['answer'];
  };
};

/** Benchmark to peer process. */
export type PeerNotices = {
  candidate: Pick<FanOutNotices['transport:candidate'], 'transportId' | 'candidate'>;
};
