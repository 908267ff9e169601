import { z } from 'zod';

import { chunkSizeBytes } from './chunk.js';
import { opaqueIdSchema } from './identifiers.js';

/*
 * The parameters mediasoup-client exchanges with a server, cut down to what a
 * libdatachannel peer uses. Shapes follow mediasoup 3's WebRtcTransport, so that
 * the browser side can hand them to a stock `Device`.
 */

/** One line of SDP `a=candidate` without the attribute name (RFC 8839, section 5.1). */
export const candidateLineSchema = z
  .string()
  .max(400)
  .regex(/^candidate:[\x21-\x7e]+(?: [\x21-\x7e]+){6,}$/);

const iceParametersSchema = z.object({
  usernameFragment: z.string().regex(/^[A-Za-z0-9+/_-]{4,256}$/),
  password: z.string().regex(/^[A-Za-z0-9+/_-]{22,256}$/),
});

const fingerprintSchema = z.object({
  algorithm: z.enum(['sha-1', 'sha-224', 'sha-256', 'sha-384', 'sha-512']),
  value: z.string().regex(/^[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){19,63}$/),
});

/** What the browser tells the media host when it connects a transport. */
export const remoteParametersSchema = z.object({
  role: z.enum(['auto', 'client', 'server']),
  fingerprints: z.array(fingerprintSchema).min(1).max(8),
  iceParameters: iceParametersSchema,
  maxMessageSize: z.number().int().min(chunkSizeBytes).max(1_073_741_823),
});

export type RemoteParameters = z.infer<typeof remoteParametersSchema>;

/** SCTP stream of a data channel (RFC 8832): stream id and reliability. */
export const sctpStreamParametersSchema = z.object({
  streamId: z.number().int().min(0).max(1022),
  ordered: z.boolean().optional(),
  maxPacketLifeTime: z.number().int().min(1).max(60_000).optional(),
  maxRetransmits: z.number().int().min(0).max(100).optional(),
});

export type SctpStreamParameters = z.infer<typeof sctpStreamParametersSchema>;

/** Data channels a page may open towards the media host. */
export const dataProducerLabelSchema = z.enum(['feedback', 'input']);
export type DataProducerLabel = z.infer<typeof dataProducerLabelSchema>;

/** Data channels the media host opens towards a page. */
export const dataConsumerLabelSchema = z.enum(['video', 'audio']);
export type DataConsumerLabel = z.infer<typeof dataConsumerLabelSchema>;

const iceCandidateSchema = z.object({
  foundation: z.string(),
  priority: z.number(),
  ip: z.string(),
  address: z.string(),
  protocol: z.enum(['udp', 'tcp']),
  port: z.number(),
  type: z.enum(['host', 'srflx', 'prflx', 'relay']),
  tcpType: z.enum(['active', 'passive', 'so']).optional(),
});

export type IceCandidate = z.infer<typeof iceCandidateSchema>;

/** What the media host tells the browser of a transport: the options of mediasoup-client's `create*Transport`. */
export const transportOptionsSchema = z.object({
  id: opaqueIdSchema,
  iceParameters: iceParametersSchema.extend({ iceLite: z.boolean().optional() }),
  iceCandidates: z.array(iceCandidateSchema),
  dtlsParameters: z.object({
    role: z.enum(['auto', 'client', 'server']),
    fingerprints: z.array(fingerprintSchema),
  }),
  sctpParameters: z.object({
    port: z.number(),
    OS: z.number(),
    MIS: z.number(),
    maxMessageSize: z.number(),
  }),
});

export type TransportOptions = z.infer<typeof transportOptionsSchema>;

/** A data channel from the media host: the options of mediasoup-client's `consumeData`. */
export const dataConsumerOptionsSchema = z.object({
  id: opaqueIdSchema,
  dataProducerId: opaqueIdSchema,
  label: dataConsumerLabelSchema,
  protocol: z.string(),
  sctpStreamParameters: sctpStreamParametersSchema,
});

export type DataConsumerOptions = z.infer<typeof dataConsumerOptionsSchema>;

/**
 * How media reaches a page: `webrtc` over data channels, `websocket` through the signaling service,
 * for networks that let no UDP pass.
 */
export const viewerPathSchema = z.enum(['webrtc', 'websocket']);
export type ViewerPath = z.infer<typeof viewerPathSchema>;

/** An ICE server as `RTCPeerConnection` takes it. */
export const iceServerSchema = z.object({
  urls: z.array(z.string()),
  username: z.string().optional(),
  credential: z.string().optional(),
});

export type IceServer = z.infer<typeof iceServerSchema>;

/** How a viewer's sound is encoded: Opus, or AAC where the browser plays no Opus at all. */
export const soundCodecSchema = z.enum(['opus', 'aac']);
export type SoundCodec = z.infer<typeof soundCodecSchema>;

export const icePolicySchema = z.enum(['all', 'relay']);
export type IcePolicy = z.infer<typeof icePolicySchema>;

/** How a page's transports find their way to the media host. */
export interface IceSettings {
  readonly iceServers: IceServer[];
  readonly icePolicy: IcePolicy;
}

/** Everything a page needs to receive a room's media: one receive transport and its data channels. */
export const webRtcOfferSchema = z.object({
  via: z.literal('webrtc'),
  viewerId: opaqueIdSchema,
  transport: transportOptionsSchema,
  consumers: z.array(dataConsumerOptionsSchema),
});
export type WebRtcOffer = z.infer<typeof webRtcOfferSchema>;

/** What a page gets for media over WebSocket: the token that its media socket begins with. */
export interface WebSocketOffer {
  readonly via: 'websocket';
  readonly viewerId: string;
  readonly token: string;
}

/** What a page gets for WebRTC. The credentials in `ice` live minutes: they are for this viewer alone. */
export interface PageWebRtcOffer extends WebRtcOffer {
  readonly ice: IceSettings;
}

export type ViewerOffer = PageWebRtcOffer | WebSocketOffer;

/** A media host's answer; of a media socket only the signaling service knows the page's token. */
export const hostViewerOfferSchema = z.discriminatedUnion('via', [
  webRtcOfferSchema,
  z.object({ via: z.literal('websocket'), viewerId: opaqueIdSchema }),
]);
export type HostViewerOffer = z.infer<typeof hostViewerOfferSchema>;
