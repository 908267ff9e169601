import { Device, detectDevice } from 'mediasoup-client';
import type { types } from 'mediasoup-client';
import { Chrome111 } from 'mediasoup-client/handlers/Chrome111';
import { Chrome74 } from 'mediasoup-client/handlers/Chrome74';
import { Firefox120 } from 'mediasoup-client/handlers/Firefox120';
import { Safari12 } from 'mediasoup-client/handlers/Safari12';

import { routerRtpCapabilities } from '../../../signaling/protocol/rtp-capabilities.js';

/** The peer connection inside a stock mediasoup-client handler. */
interface HandlerInternals {
  readonly _pc: RTCPeerConnection;
}

type HandlerFactory = types.HandlerFactory;

export interface PeerTransport {
  readonly transport: types.Transport;
  /** The transport's own peer connection, for candidates and statistics. */
  readonly peer: RTCPeerConnection;
}

/** What a viewer's connection needs of the device. */
export interface TransportMaker {
  createTransport(direction: 'send' | 'recv', options: types.TransportOptions): PeerTransport;
}

/**
 * A mediasoup-client device for a media host that is not ICE-lite: what the browser's side of a
 * transport knows and mediasoup servers never ask for (ICE credentials, largest message) is added
 * to the parameters of the transport's `connect` event.
 */
export class MediaDevice implements TransportMaker {
  readonly #device: Device;
  #newestPeer: RTCPeerConnection | null = null;

  private constructor(stock: HandlerFactory) {
    const onPeer = (peer: RTCPeerConnection): void => void (this.#newestPeer = peer);
    this.#device = new Device({ handlerFactory: withFullIce(stock, onPeer) });
  }

  /** @returns null when this browser has no WebRTC that mediasoup-client knows */
  static async load(): Promise<MediaDevice | null> {
    const stock = stockFactory();
    if (!stock || typeof RTCPeerConnection === 'undefined') return null;
    const device = new MediaDevice(stock);
    await device.#device.load({ routerRtpCapabilities });
    return device;
  }

  createTransport(direction: 'send' | 'recv', options: types.TransportOptions): PeerTransport {
    const transport =
      direction === 'recv'
        ? this.#device.createRecvTransport(options)
        : this.#device.createSendTransport(options);
    // The handler, and with it the peer connection, is made within the call.
    const peer = this.#newestPeer;
    if (!peer) throw new Error('the transport made no peer connection');
    this.#newestPeer = null;
    return { transport, peer };
  }
}

function stockFactory(): HandlerFactory | null {
  switch (detectDevice()) {
    case 'Chrome111':
      return Chrome111.createFactory();
    case 'Chrome74':
      return Chrome74.createFactory();
    case 'Firefox120':
      return Firefox120.createFactory();
    case 'Safari12':
      return Safari12.createFactory();
    default:
      return null;
  }
}

function withFullIce(
  stock: HandlerFactory,
  onPeer: (peer: RTCPeerConnection) => void,
): HandlerFactory {
  return {
    ...stock,
    factory: (options) => {
      const handler = stock.factory(options);
      const peer = (handler as unknown as HandlerInternals)._pc;
      const description = rememberDescription(peer);
      // Registered before the transport's own listener, so what is added here reaches it.
      handler.on('@connect', ({ dtlsParameters }) => {
        Object.assign(dtlsParameters, parametersOf(description.sdp));
      });
      onPeer(peer);
      return handler;
    },
  };
}

interface DescriptionMaker {
  createOffer: () => Promise<RTCSessionDescriptionInit>;
  createAnswer: () => Promise<RTCSessionDescriptionInit>;
}

/** The newest description the browser made; it is signalled before it is set. */
function rememberDescription(peer: DescriptionMaker): { sdp: string } {
  const newest = { sdp: '' };
  for (const name of ['createOffer', 'createAnswer'] as const) {
    const create = peer[name].bind(peer);
    peer[name] = async () => {
      const description = await create();
      newest.sdp = description.sdp ?? '';
      return description;
    };
  }
  return newest;
}

const defaultMaxMessageSizeBytes = 65_536;

function parametersOf(sdp: string): {
  iceParameters: { usernameFragment: string; password: string };
  maxMessageSize: number;
} {
  const attribute = (name: string): string | undefined =>
    new RegExp(`^a=${name}:(.*)$`, 'm').exec(sdp)?.[1]?.trim();
  return {
    iceParameters: {
      usernameFragment: attribute('ice-ufrag') ?? '',
      password: attribute('ice-pwd') ?? '',
    },
    maxMessageSize: Number(attribute('max-message-size') ?? defaultMaxMessageSizeBytes),
  };
}
