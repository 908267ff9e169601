import { randomBytes } from 'node:crypto';

import type { DataChannel } from 'node-datachannel';

import { encodeSideMessage } from '../../signaling/protocol/media-message.js';
import { RequestError } from '../../signaling/protocol/result.js';
import type {
  DataConsumerLabel,
  DataConsumerOptions,
  DataProducerLabel,
  RemoteParameters,
  SctpStreamParameters,
  SoundCodec,
  TransportOptions,
  ViewerPath,
  WebRtcOffer,
} from '../../signaling/protocol/transport.js';
import {
  feedbackSchema,
  inputSchema,
  parseViewerMessage,
  type Feedback,
  type Input,
} from '../../signaling/protocol/viewer-messages.js';

import { noneSent, Subscriber, type SubscriberCounters } from './subscriber.js';
import { chunkedChannel } from './transport/media-channel.js';
import {
  PeerTransport,
  type PeerTransportOptions,
  type TransportState,
} from './transport/peer-transport.js';
import { SocketTransport } from './transport/socket-transport.js';

export interface ViewerEvents {
  readonly onCandidate: (transportId: string, candidate: string) => void;
  /** @returns whether it was passed on: only the controller's is */
  readonly onInput: (input: Input) => boolean;
  readonly onKeyFrameRequest: () => void;
  /** The viewer's media connection is gone for good. */
  readonly onLost: (why: string) => void;
}

export interface ViewerCounters extends SubscriberCounters {
  /** Input that came while the member had no control. */
  readonly droppedInputs: number;
  /** What was no message of the protocol. */
  readonly malformedMessages: number;
}

/** A page that sends this much that is no message of the protocol is cut off. */
const maxMalformedMessages = 100;
/** How long a page that says it is ready may be ahead of this side; less than its request may take. */
const openTimeoutMs = 3000;
/** Sound is worth a late packet, not a stall: SCTP gives a packet up after this time. */
const soundLifeTimeMs = 150;

const streams: Readonly<Record<DataConsumerLabel, SctpStreamParameters>> = {
  video: { streamId: 0, ordered: true },
  audio: { streamId: 1, ordered: false, maxPacketLifeTime: soundLifeTimeMs },
};

/**
 * A page that watches: a WebRTC transport that brings it the broadcast and one for what it sends
 * back, or a WebSocket for both.
 */
export class Viewer {
  readonly viewerId: string;
  readonly memberId: string;
  readonly sound: SoundCodec;
  readonly #transportOptions: PeerTransportOptions;
  readonly #events: ViewerEvents;
  readonly #transports = new Map<string, PeerTransport>();
  #receive: PeerTransport | null = null;
  #send: PeerTransport | null = null;
  #socket: SocketTransport | null = null;
  #subscriber: Subscriber | null = null;
  #droppedInputs = 0;
  #opened: Promise<unknown> = Promise.resolve();
  #malformed = 0;
  #closed = false;

  constructor(
    viewerId: string,
    memberId: string,
    sound: SoundCodec,
    transportOptions: PeerTransportOptions,
    events: ViewerEvents,
  ) {
    this.viewerId = viewerId;
    this.memberId = memberId;
    this.sound = sound;
    this.#transportOptions = transportOptions;
    this.#events = events;
  }

  /** The viewer's share of the broadcast, once {@link openReceive} or {@link openSocket} made it. */
  get subscriber(): Subscriber | null {
    return this.#subscriber;
  }

  /** How media reaches the page. */
  get via(): ViewerPath {
    return this.#socket ? 'websocket' : 'webrtc';
  }

  /** Whether the broadcast is sent to this viewer. */
  get isStarted(): boolean {
    return this.#subscriber !== null && this.#subscriber.state !== 'waiting';
  }

  get counters(): ViewerCounters {
    return {
      ...(this.#subscriber?.counters ?? noneSent),
      droppedInputs: this.#droppedInputs,
      malformedMessages: this.#malformed,
    };
  }

  /**
   * Resolves when this side of the media channels is open. The page's side may be first, and what is
   * sent before both are would be lost.
   * @throws RequestError when they do not open in time, as for a page that never connected
   */
  async untilOpen(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(
        () => reject(new RequestError('bad-request', 'The media channels are not open.')),
        openTimeoutMs,
      );
    });
    await Promise.race([this.#opened, late]).finally(() => clearTimeout(timer));
  }

  /** Makes the transport that brings the page the broadcast. */
  async openReceive(): Promise<WebRtcOffer> {
    const transport = await this.#openTransport();
    this.#receive = transport;
    const video = transport.openChannel('video', streams.video);
    const audio = transport.openChannel('audio', streams.audio);
    this.#opened = Promise.all([opening(video), opening(audio)]);
    this.#subscriber = new Subscriber(
      chunkedChannel(video),
      chunkedChannel(audio),
      () => this.#events.onKeyFrameRequest(),
      this.sound,
    );
    const consumer = (label: DataConsumerLabel): DataConsumerOptions => ({
      id: randomBytes(9).toString('base64url'),
      dataProducerId: `broadcast-${label}`,
      label,
      protocol: '',
      sctpStreamParameters: streams[label],
    });
    return {
      via: 'webrtc',
      viewerId: this.viewerId,
      transport: transport.options(),
      consumers: [consumer('video'), consumer('audio')],
    };
  }

  /** Calls the signaling service, which joins the page to this viewer; both ways take this one socket. */
  openSocket(signalingUrl: string, token: string): void {
    const socket = new SocketTransport(signalingUrl, token, {
      onText: (label, json) => this.#onText(label, json),
      onClosed: (why) => this.#events.onLost(why),
    });
    this.#socket = socket;
    this.#opened = socket.opened;
    this.#subscriber = new Subscriber(
      socket.channel,
      socket.channel,
      () => this.#events.onKeyFrameRequest(),
      this.sound,
    );
  }

  /** Makes the transport for what the page sends. @throws RequestError when there is one already */
  async openSend(): Promise<TransportOptions> {
    if (this.#send) throw new RequestError('bad-request', 'This viewer has a send transport.');
    const transport = await this.#openTransport();
    this.#send = transport;
    return transport.options();
  }

  /** @throws RequestError on a transport this viewer does not have, or that is connected already */
  connect(transportId: string, remote: RemoteParameters): void {
    const transport = this.#transportOf(transportId);
    try {
      transport.connect(remote);
    } catch (error) {
      throw new RequestError('bad-request', error instanceof Error ? error.message : 'refused');
    }
  }

  addCandidate(transportId: string, candidate: string): void {
    this.#transportOf(transportId).addRemoteCandidate(candidate);
  }

  /**
   * Opens this side of a data channel the page made.
   * @returns the data producer's id
   * @throws RequestError when the viewer's send transport is another
   */
  produceData(
    transportId: string,
    label: DataProducerLabel,
    parameters: SctpStreamParameters,
  ): string {
    const transport = this.#transportOf(transportId);
    if (transport !== this.#send) {
      throw new RequestError('bad-request', 'Data is produced on the send transport.');
    }
    this.#listen(transport.openChannel(label, parameters), label);
    return randomBytes(9).toString('base64url');
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#subscriber?.close();
    for (const transport of this.#transports.values()) transport.close();
    this.#transports.clear();
    this.#socket?.close();
  }

  async #openTransport(): Promise<PeerTransport> {
    const made = await PeerTransport.create(this.#transportOptions, {
      onState: (transport, state) => this.#onTransportState(transport, state),
      onCandidate: (transport, line) => this.#events.onCandidate(transport.id, line),
    });
    if (this.#closed) {
      made.close();
      throw new RequestError('viewer-unknown', 'The viewer was closed meanwhile.');
    }
    this.#transports.set(made.id, made);
    return made;
  }

  #transportOf(transportId: string): PeerTransport {
    const transport = this.#transports.get(transportId);
    if (!transport) throw new RequestError('viewer-unknown', 'This viewer has no such transport.');
    return transport;
  }

  #onTransportState(transport: PeerTransport, state: TransportState): void {
    if (this.#closed || transport !== this.#receive) return;
    if (state === 'failed' || state === 'closed') this.#events.onLost(`transport ${state}`);
  }

  #listen(channel: DataChannel, label: DataProducerLabel): void {
    channel.onMessage((data) => {
      if (!this.#closed) this.#onText(label, typeof data === 'string' ? data : null);
    });
  }

  #onText(label: DataProducerLabel, text: string | null): void {
    if (label === 'feedback') {
      const feedback = text === null ? null : parseViewerMessage(feedbackSchema, text);
      if (feedback) this.#onFeedback(feedback);
      else this.#onMalformed();
    } else {
      const input = text === null ? null : parseViewerMessage(inputSchema, text);
      if (!input) this.#onMalformed();
      else if (!this.#events.onInput(input)) this.#droppedInputs += 1;
    }
  }

  #onFeedback(feedback: Feedback): void {
    if (feedback.type === 'ack') this.#subscriber?.acknowledge(feedback.sequence);
    else if (feedback.type === 'resync') this.#subscriber?.resync();
    else this.#subscriber?.sendPrivate(clockMessage(feedback.pageTimeMs));
    this.#subscriber?.check();
  }

  #onMalformed(): void {
    this.#malformed += 1;
    if (this.#malformed === maxMalformedMessages) this.#events.onLost('malformed messages');
  }
}

function opening(channel: DataChannel): Promise<void> {
  return new Promise((resolve) => {
    channel.onOpen(resolve);
    if (channel.isOpen()) resolve();
  });
}

const clockMessage = (pageTimeMs: number): Uint8Array =>
  encodeSideMessage('clock', new Uint8Array(0), { decodeTimeSeconds: pageTimeMs });
