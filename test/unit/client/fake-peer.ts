import { Device, type types } from 'mediasoup-client';
import * as fakeParameters from 'mediasoup-client/fakeParameters';
import { FakeHandler } from 'mediasoup-client/handlers/FakeHandler';

import type { PeerTransport, TransportMaker } from '../../../client/src/transport/media-device.js';
import { routerRtpCapabilities } from '../../../signaling/protocol/rtp-capabilities.js';
import type { TransportOptions } from '../../../signaling/protocol/transport.js';

/** Transport options as a media host gives them. */
export function transportOptions(id: string): TransportOptions {
  return {
    id,
    iceParameters: { usernameFragment: 'hostfragment', password: 'x'.repeat(24) },
    iceCandidates: [],
    dtlsParameters: {
      role: 'auto',
      fingerprints: [{ algorithm: 'sha-256', value: Array(32).fill('AB').join(':') }],
    },
    sctpParameters: { port: 5000, OS: 1024, MIS: 1024, maxMessageSize: 65_536 },
  };
}

/** One end of a data channel whose other end is the test. */
export class FakeChannel {
  /** What the page sent: JSON text. */
  readonly sent: string[] = [];

  constructor(readonly channel: RTCDataChannel) {
    channel.send = (data: unknown) => void this.sent.push(data as string);
  }

  open(): void {
    Object.defineProperty(this.channel, 'readyState', { value: 'open', configurable: true });
    this.channel.dispatchEvent(new Event('open'));
  }

  receive(data: Uint8Array): void {
    this.channel.dispatchEvent(new MessageEvent('message', { data: data.slice().buffer }));
  }

  /** Ends from the other side, as SCTP's stream reset does. */
  end(): void {
    this.channel.dispatchEvent(new Event('close'));
  }
}

interface FakeTransport {
  readonly handler: types.HandlerInterface;
  readonly peer: RTCPeerConnection;
  readonly candidates: readonly string[];
}

/** A real mediasoup-client device without a network: the test opens, feeds and breaks its channels. */
export class FakeDevice implements TransportMaker {
  readonly #device: Device;
  readonly #channels = new Map<string, FakeChannel>();
  readonly #transports = new Map<'send' | 'recv', FakeTransport>();
  #newest: types.HandlerInterface | null = null;

  private constructor() {
    const stock = FakeHandler.createFactory(fakeParameters);
    const factory: types.HandlerFactory['factory'] = (options) => {
      const handler = stock.factory(options);
      this.#newest = handler;
      this.#wrap(handler);
      return handler;
    };
    this.#device = new Device({ handlerFactory: { ...stock, factory } });
  }

  static async load(): Promise<FakeDevice> {
    const device = new FakeDevice();
    await device.#device.load({ routerRtpCapabilities });
    return device;
  }

  createTransport(direction: 'send' | 'recv', options: types.TransportOptions): PeerTransport {
    const transport =
      direction === 'recv'
        ? this.#device.createRecvTransport(options)
        : this.#device.createSendTransport(options);
    const candidates: string[] = [];
    const peer = Object.assign(new EventTarget(), {
      remoteDescription: {},
      getStats: () => Promise.resolve(new Map()),
      addIceCandidate: ({ candidate }: RTCIceCandidateInit) => {
        candidates.push(candidate ?? '');
        return Promise.resolve();
      },
    }) as unknown as RTCPeerConnection;
    this.#transports.set(direction, { handler: this.#newest!, peer, candidates });
    return { transport, peer };
  }

  channel(label: string): FakeChannel {
    const channel = this.#channels.get(label);
    if (!channel) throw new Error(`no channel ${label} was made`);
    return channel;
  }

  has(label: string): boolean {
    return this.#channels.has(label);
  }

  /** The other side's candidates that a transport took. */
  candidates(direction: 'send' | 'recv'): readonly string[] {
    return this.#transports.get(direction)!.candidates;
  }

  setState(direction: 'send' | 'recv', state: types.ConnectionState): void {
    this.#transports.get(direction)!.handler.emit('@connectionstatechange', state);
  }

  #wrap(handler: types.HandlerInterface): void {
    handler.on('@connect', ({ dtlsParameters }) => {
      Object.assign(dtlsParameters, {
        iceParameters: { usernameFragment: 'pagefragment', password: 'y'.repeat(24) },
        maxMessageSize: 65_536,
      });
    });
    for (const name of ['sendDataChannel', 'receiveDataChannel'] as const) {
      const make = handler[name].bind(handler) as (
        options: unknown,
      ) => Promise<types.HandlerSendDataChannelResult>;
      handler[name] = async (options: { label?: string | undefined }) => {
        const made = await make(options);
        this.#channels.set(options.label ?? '', new FakeChannel(made.dataChannel));
        return made;
      };
    }
  }
}
