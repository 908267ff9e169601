import type { types } from 'mediasoup-client';

import { ChunkAssembler } from '../../../signaling/protocol/chunk.js';
import {
  decodeMediaMessage,
  type MediaMessage,
} from '../../../signaling/protocol/media-message.js';
import {
  remoteParametersSchema,
  type DataConsumerOptions,
  type DataProducerLabel,
  type IceSettings,
  type PageWebRtcOffer,
  type RemoteParameters,
  type SctpStreamParameters,
  type TransportOptions,
} from '../../../signaling/protocol/transport.js';
import type { Feedback, Input } from '../../../signaling/protocol/viewer-messages.js';

import type { PeerTransport, TransportMaker } from './media-device.js';
import { selectedPath } from './selected-path.js';
import type { SelectedPath } from './selected-path.js';

/** What a viewer's transports ask of the signaling service. */
export interface ViewerSignaling {
  connect(transportId: string, remote: RemoteParameters): Promise<void>;
  candidate(transportId: string, candidate: string): void;
  /** Hands a transport's peer connection the media host's late candidates. @returns ends it */
  feedCandidates(transportId: string, peer: RTCPeerConnection): () => void;
  openSend(): Promise<TransportOptions>;
  produce(
    transportId: string,
    label: DataProducerLabel,
    parameters: SctpStreamParameters,
  ): Promise<string>;
}

export interface ViewerConnectionEvents {
  readonly onMessage: (message: MediaMessage) => void;
  /** The network does not answer for now; a second connection may be there sooner than it does. */
  readonly onDoubt: () => void;
  /** The connection is gone for good; open another viewer. */
  readonly onLost: (why: string) => void;
}

/** What data consumers and data producers have in common. */
interface OpeningChannel {
  readonly readyState: RTCDataChannelState;
  on(event: 'open' | 'close' | 'transportclose', listener: () => void): unknown;
}

/** How long ICE may be disconnected before the connection is in doubt, and before it is given up. */
const doubtLimitMs = 1000;
const disconnectedLimitMs = 2000;
/** How long a channel may take to open before the viewer is given up. */
const openTimeoutMs = 10_000;

/**
 * A page's media connection: a receive transport with the room's video and audio channels, and a
 * send transport for feedback and input.
 */
export class ViewerConnection {
  readonly #device: TransportMaker;
  readonly #signaling: ViewerSignaling;
  #ice: IceSettings = { iceServers: [], icePolicy: 'all' };
  readonly #events: ViewerConnectionEvents;
  #receive: PeerTransport | null = null;
  #send: PeerTransport | null = null;
  readonly #producers = new Map<DataProducerLabel, types.DataProducer>();
  /** Of the transports that are disconnected, by their id. */
  readonly #disconnectedTimers = new Map<string, number>();
  readonly #feeds: (() => void)[] = [];
  #closed = false;

  constructor(device: TransportMaker, signaling: ViewerSignaling, events: ViewerConnectionEvents) {
    this.#device = device;
    this.#signaling = signaling;
    this.#events = events;
  }

  /** Connects and resolves when both media channels are open. @throws Error when that fails */
  async openReceive(offer: PageWebRtcOffer): Promise<void> {
    this.#ice = offer.ice;
    this.#receive = this.#openTransport('recv', offer.transport);
    const { transport } = this.#receive;
    const open = async (options: DataConsumerOptions): Promise<void> => {
      const consumer = await transport.consumeData({ ...options });
      this.#read(consumer);
      await this.#untilOpen(consumer);
    };
    await Promise.all(offer.consumers.map(open));
  }

  /**
   * Opens the way back and resolves when both of its channels are open. Feedback and input sent before
   * are dropped. @throws Error when that fails
   */
  async openSend(): Promise<void> {
    const options = await this.#signaling.openSend();
    if (this.#closed) return;
    this.#send = this.#openTransport('send', options);
    const { transport } = this.#send;
    transport.on('producedata', ({ sctpStreamParameters, label }, resolve, reject) => {
      this.#signaling
        .produce(transport.id, label as DataProducerLabel, {
          streamId: sctpStreamParameters.streamId ?? 0,
          ordered: sctpStreamParameters.ordered ?? true,
        })
        .then((id) => resolve({ id }), reject);
    });
    const open = async (label: DataProducerLabel): Promise<void> => {
      // Feedback that was lost on the way must not hold up what came after it.
      const producer = await transport.produceData({ label, ordered: label === 'input' });
      this.#producers.set(label, producer);
      await this.#untilOpen(producer);
    };
    await Promise.all([open('feedback'), open('input')]);
  }

  sendFeedback(feedback: Feedback): void {
    this.#sendJson('feedback', feedback);
  }

  sendInput(input: Input): void {
    this.#sendJson('input', input);
  }

  /** Type of the local candidate media arrives at and of the remote one, once known. */
  async selectedPath(): Promise<SelectedPath | null> {
    return this.#receive ? selectedPath(this.#receive.peer) : null;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const timer of this.#disconnectedTimers.values()) window.clearTimeout(timer);
    for (const endFeed of this.#feeds) endFeed();
    this.#receive?.transport.close();
    this.#send?.transport.close();
  }

  #openTransport(direction: 'send' | 'recv', options: TransportOptions): PeerTransport {
    const opened = this.#device.createTransport(direction, {
      ...options,
      iceServers: this.#ice.iceServers.map((server) => ({ ...server })),
      iceTransportPolicy: this.#ice.icePolicy,
    });
    const { transport, peer } = opened;
    peer.addEventListener('icecandidate', ({ candidate }) => {
      if (candidate?.candidate) this.#signaling.candidate(transport.id, candidate.candidate);
    });
    this.#feeds.push(this.#signaling.feedCandidates(transport.id, peer));
    transport.on('connectionstatechange', (state) => this.#onState(transport.id, state));
    transport.on('connect', ({ dtlsParameters }, resolve, reject) => {
      const remote = remoteParametersSchema.safeParse(dtlsParameters);
      if (!remote.success) reject(remote.error);
      else this.#signaling.connect(transport.id, remote.data).then(resolve, reject);
    });
    return opened;
  }

  #read(consumer: types.DataConsumer): void {
    consumer.binaryType = 'arraybuffer';
    const assembler = new ChunkAssembler();
    consumer.on('message', (data: ArrayBuffer) => {
      try {
        const message = assembler.push(new Uint8Array(data));
        if (message) this.#events.onMessage(decodeMediaMessage(message));
      } catch (error) {
        this.#lose(error instanceof Error ? error.message : 'malformed message');
      }
    });
  }

  /* From now on this side misses the channel when it closes, be it open by then or not. */
  #untilOpen(channel: OpeningChannel): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = window.setTimeout(() => end('channel did not open'), openTimeoutMs);
      const open = (): void => {
        window.clearTimeout(timer);
        resolve();
      };
      const end = (why: string): void => {
        window.clearTimeout(timer);
        reject(new Error(why));
        this.#lose(why);
      };
      channel.on('close', () => end('channel closed'));
      channel.on('transportclose', () => end('transport closed'));
      if (channel.readyState === 'open') open();
      else channel.on('open', open);
    });
  }

  /* Both ways count: a viewer that cannot answer stands still as soon as its budget is used up. */
  #onState(transportId: string, state: types.ConnectionState): void {
    window.clearTimeout(this.#disconnectedTimers.get(transportId));
    this.#disconnectedTimers.delete(transportId);
    if (state === 'failed' || state === 'closed') this.#lose(`transport ${state}`);
    if (state === 'disconnected') {
      const wait = (delayMs: number, run: () => void): void =>
        void this.#disconnectedTimers.set(transportId, window.setTimeout(run, delayMs));
      wait(doubtLimitMs, () => {
        wait(disconnectedLimitMs - doubtLimitMs, () => this.#lose('transport disconnected'));
        this.#events.onDoubt();
      });
    }
  }

  #lose(why: string): void {
    if (this.#closed) return;
    this.close();
    this.#events.onLost(why);
  }

  #sendJson(label: DataProducerLabel, message: Feedback | Input): void {
    const producer = this.#producers.get(label);
    if (producer?.readyState === 'open') producer.send(JSON.stringify(message));
  }
}
