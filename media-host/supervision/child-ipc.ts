/*
 * What the host's supervisor and its two kinds of children ask and tell each other over the
 * process channel.
 */
import type { CheckCandidate, CheckPeer } from '../../signaling/protocol/check.js';
import type {
  HostCheck,
  HostCheckCandidate,
  HostCheckConnect,
  HostCheckOpen,
  HostDataProduce,
  HostTransportCandidate,
  HostTransportConnect,
  HostViewer,
  HostViewerOpen,
} from '../../signaling/protocol/host-events.js';
import type { HostViewerOffer, TransportOptions } from '../../signaling/protocol/transport.js';

type InViewer<T> = Omit<T, 'roomId'>;

/** One side that asks nothing. */
export type NoRequests = Record<string, never>;

/** Supervisor to fan-out. */
export type FanOutRequests = {
  'viewer:open': { payload: InViewer<HostViewerOpen>; answer: HostViewerOffer };
  'viewer:start': { payload: InViewer<HostViewer>; answer: null };
  'viewer:close': { payload: InViewer<HostViewer>; answer: null };
  'transport:open': { payload: InViewer<HostViewer>; answer: TransportOptions };
  'transport:connect': { payload: InViewer<HostTransportConnect>; answer: null };
  'transport:candidate': { payload: InViewer<HostTransportCandidate>; answer: null };
  'data:produce': { payload: InViewer<HostDataProduce>; answer: { dataProducerId: string } };
  'check:open': { payload: InViewer<HostCheckOpen>; answer: CheckPeer };
  'check:connect': { payload: InViewer<HostCheckConnect>; answer: null };
  'check:candidate': { payload: InViewer<HostCheckCandidate>; answer: null };
  'check:close': { payload: InViewer<HostCheck>; answer: null };
  'control:update': { payload: { controllerId: string | null }; answer: null };
};

/** Fan-out to supervisor. */
export type FanOutNotices = {
  'viewer:lost': { viewerId: string; why: string };
  'transport:candidate': InViewer<HostTransportCandidate>;
  'check:candidate': CheckCandidate;
};
