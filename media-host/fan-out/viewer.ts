import { randomBytes } from 'node:crypto';

import type { DataChannel } from 'node-datachannel';

import { encodeSideMessage, type MediaMessage } from '../../signaling/protocol/media-message.js';
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

import { MessageBudget } from './message-budget.js';
import type { SubscriberSource } from './subscriber-source.js';
import { noneSent, Subscriber, type SubscriberCounters } from './subscriber.js';
import { chunkedChannel, opening } from './transport/media-channel.js';
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
  /** The viewer's media connection is gone for good. */
  readonly onLost: (why: string) => void;
}

export interface ViewerCounters extends SubscriberCounters {
  /** Input that came while the member had no control. */
  readonly droppedInputs: number;
  /** What was no message of the protocol. */
  readonly malformedMessages: number;
  /** What was beyond the rate of messages a viewer may send. */
  readonly droppedMessages: number;
}

/** A page that sends this much that is no message of the protocol is cut off. */
const maxMalformedMessages = 100;
/** A page that floods beyond this is cut off. */
const maxDroppedMessages = 2000;
/** A viewer that no page connects to in this time is given up. */
const abandonedMs = 15_000;
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
  readonly #source: SubscriberSource;
  readonly #events: ViewerEvents;
  readonly #transports = new Map<string, PeerTransport>();
  #receive: PeerTransport | null = null;
  #send: PeerTransport | null = null;
  #socket: SocketTransport | null = null;
  #subscriber: Subscriber | null = null;
  #droppedInputs = 0;
  #opened: Promise<unknown> = Promise.resolve();
  readonly #budget = new MessageBudget();
  #malformed = 0;
  #dropped = 0;
  #opensSend = false;
  readonly #abandoned: NodeJS.Timeout;
  #closed = false;

  constructor(
    viewerId: string,
    memberId: string,
    sound: SoundCodec,
    transportOptions: PeerTransportOptions,
    source: SubscriberSource,
    events: ViewerEvents,
  ) {
    this.viewerId = viewerId;
    this.memberId = memberId;
    this.sound = sound;
    this.#transportOptions = transportOptions;
    this.#source = source;
    this.#events = events;
    this.#abandoned = setTimeout(() => events.onLost('never connected'), abandonedMs);
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
      droppedMessages: this.#dropped,
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

  /** Starts sending; to be called when {@link untilOpen} says so. */
  start(): void {
    clearTimeout(this.#abandoned);
    this.#guard(() => this.#subscriber?.start());
  }

  /** Takes a message of the broadcast. */
  push(encoded: Uint8Array, message: MediaMessage): void {
    this.#guard(() => this.#subscriber?.push(encoded, message));
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
      this.#source,
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
    this.#subscriber = new Subscriber(socket.channel, socket.channel, this.#source, this.sound);
  }

  /** Makes the transport for what the page sends. @throws RequestError when there is one already */
  async openSend(): Promise<TransportOptions> {
    if (this.#opensSend) throw new RequestError('bad-request', 'This viewer has a send transport.');
    this.#opensSend = true;
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
    clearTimeout(this.#abandoned);
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

  /* A channel may close between two chunks, and then throws: that ends this viewer, and nobody else's. */
  #guard(act: () => void): void {
    if (this.#closed) return;
    try {
      act();
    } catch (error) {
      this.#events.onLost(error instanceof Error ? error.message : 'sending failed');
    }
  }

  #onText(label: DataProducerLabel, text: string | null): void {
    if (!this.#budget.spend(performance.now())) {
      this.#dropped += 1;
      if (this.#dropped === maxDroppedMessages) this.#events.onLost('too many messages');
      return;
    }
    this.#guard(() => this.#takeText(label, text));
  }

  #takeText(label: DataProducerLabel, text: string | null): void {
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
    const subscriber = this.#subscriber;
    if (!subscriber) return;
    switch (feedback.type) {
      case 'ack':
        subscriber.acknowledge(feedback.sequence);
        break;
      case 'probe':
        subscriber.answerProbe(feedback.sequence);
        break;
      case 'resync':
        subscriber.resync();
        break;
      case 'quality':
        subscriber.choose(feedback.choice);
        break;
      case 'visibility':
        subscriber.setVisible(feedback.visible);
        break;
      case 'ping':
        subscriber.sendPrivate(clockMessage(feedback.pageTimeMs));
    }
    subscriber.check();
  }

  #onMalformed(): void {
    this.#malformed += 1;
    if (this.#malformed === maxMalformedMessages) this.#events.onLost('malformed messages');
  }
}

const clockMessage = (pageTimeMs: number): Uint8Array =>
  encodeSideMessage('clock', new Uint8Array(0), { decodeTimeSeconds: pageTimeMs });
