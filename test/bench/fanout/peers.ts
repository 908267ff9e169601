import ndc from 'node-datachannel';

import type { FanOutRequests } from '../../../media-host/supervision/child-ipc.js';
import { live } from '../../../media-host/supervision/child-process.js';
import { RequestChannel, serveRequests } from '../../../media-host/supervision/ipc.js';
import { unwrap } from '../../../signaling/protocol/result.js';
import type { ViewerOwner } from '../../tools/viewer-peer.js';

import { DrainingPeer } from './draining-peer.js';
import type { PeerNotices, PeerRequests, RelayedRequests } from './peer-messages.js';

/* A process of viewers: the benchmark tells it when they come and go, and carries their signaling. */

const requestTimeoutMs = 20_000;

const benchmark = new RequestChannel<RelayedRequests>(process);
const viewers = new Map<string, DrainingPeer>();
const candidateListeners = new Map<string, (line: string) => void>();

const ownerOf = (fanOut: number): Pick<ViewerOwner, 'request' | 'onCandidate'> => ({
  async request<Name extends keyof FanOutRequests>(
    name: Name,
    request: FanOutRequests[Name]['payload'],
  ): Promise<FanOutRequests[Name]['answer']> {
    return unwrap(await benchmark.request(name, { fanOut, request }, requestTimeoutMs));
  },
  onCandidate: (transportId, listener) => {
    candidateListeners.set(transportId, listener);
  },
});

serveRequests<PeerRequests, PeerNotices>(
  process,
  {
    'peer:join': async ({ fanOut, rateKbps }) => {
      const viewer = await DrainingPeer.join(ownerOf(fanOut), rateKbps);
      viewers.set(viewer.viewerId, viewer);
      return viewer.viewerId;
    },
    'peer:leave': async ({ viewerId }) => {
      await viewers.get(viewerId)?.leave();
      viewers.delete(viewerId);
      return null;
    },
    'measure:begin': () => {
      for (const viewer of viewers.values()) viewer.takeReception();
      return null;
    },
    'measure:end': () => [...viewers.values()].map((viewer) => viewer.takeReception()),
  },
  {
    candidate: ({ transportId, candidate }) => candidateListeners.get(transportId)?.(candidate),
  },
  // The benchmark counts what failed; why is for who reads along.
  (error, name) => console.error(name, error),
);

live(() => ndc.cleanup());
