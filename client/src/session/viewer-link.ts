import { unwrap } from '../../../signaling/protocol/result.js';
import type { PageWebRtcOffer, WebSocketOffer } from '../../../signaling/protocol/transport.js';
import type { Feedback, Input } from '../../../signaling/protocol/viewer-messages.js';
import type { MediaDevice } from '../transport/media-device.js';
import { SocketConnection } from '../transport/socket-connection.js';
import {
  ViewerConnection,
  type ViewerConnectionEvents,
  type ViewerSignaling,
} from '../transport/viewer-connection.js';

import type { ViewerStats } from './session-state.js';
import type { SignalingClient } from './signaling-client.js';

/** One viewer's way to its media host, whatever carries it. */
export interface ViewerLink {
  /** Opens what media comes by. @throws Error when that fails */
  openReceive(): Promise<void>;
  /** Opens the way back; feedback and input sent before are dropped. @throws Error when that fails */
  openSend(): Promise<void>;
  sendFeedback(feedback: Feedback): void;
  sendInput(input: Input): void;
  /** How media reaches this page, once known. */
  path(): Promise<ViewerStats['path']>;
  close(): void;
}

/** Over data channels. */
export function webRtcLink(
  offer: PageWebRtcOffer,
  device: MediaDevice,
  signaling: SignalingClient,
  events: ViewerConnectionEvents,
): ViewerLink {
  const { viewerId } = offer;
  const asks: ViewerSignaling = {
    connect: async (transportId, remote) => {
      unwrap(await signaling.request('transport:connect', { viewerId, transportId, remote }));
    },
    candidate: (transportId, candidate) =>
      void signaling.request('transport:candidate', { viewerId, transportId, candidate }),
    feedCandidates: (transportId, peer) => signaling.remoteCandidates.feed(transportId, peer),
    openSend: async () => unwrap(await signaling.request('transport:open', { viewerId })),
    produce: async (transportId, label, sctpStreamParameters) => {
      const request = { viewerId, transportId, label, sctpStreamParameters };
      return unwrap(await signaling.request('data:produce', request)).dataProducerId;
    },
  };
  const connection = new ViewerConnection(device, asks, events);
  return {
    openReceive: () => connection.openReceive(offer),
    openSend: () => connection.openSend(),
    sendFeedback: (feedback) => connection.sendFeedback(feedback),
    sendInput: (input) => connection.sendInput(input),
    path: async () => {
      const types = await connection.selectedPath();
      if (!types) return 'unknown';
      const ends = [types.local, types.remote];
      if (ends.includes('relay')) return 'relay';
      return ends.includes('srflx') ? 'reflexive' : 'direct';
    },
    close: () => connection.close(),
  };
}

/** Over a WebSocket, which takes both ways. */
export function webSocketLink(
  { token }: WebSocketOffer,
  events: ViewerConnectionEvents,
): ViewerLink {
  const connection = new SocketConnection(events);
  return {
    openReceive: () => connection.open(token),
    openSend: () => Promise.resolve(),
    sendFeedback: (feedback) => connection.sendFeedback(feedback),
    sendInput: (input) => connection.sendInput(input),
    path: () => Promise.resolve('websocket'),
    close: () => connection.close(),
  };
}
