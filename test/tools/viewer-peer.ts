import ndc, { type DataChannel, type PeerConnection } from 'node-datachannel';

import { attributeOf } from '../../media-host/fan-out/transport/session-description.js';
import { ChunkAssembler } from '../../signaling/protocol/chunk.js';
import { decodeMediaMessage, type MediaMessage } from '../../signaling/protocol/media-message.js';
import type {
  IceCandidate,
  RemoteParameters,
  SctpStreamParameters,
  TransportOptions,
} from '../../signaling/protocol/transport.js';
import type { Feedback, Input } from '../../signaling/protocol/viewer-messages.js';

import { Changes } from './changes.js';
import { FanOutOwner } from './fan-out-owner.js';

/** Who opens viewers: a fan-out process's owner, or what stands above several of them. */
export type ViewerOwner = Pick<FanOutOwner, 'request' | 'onCandidate' | 'lost'>;

/** What the page's side says it takes; far more than the media host takes itself. */
const maxMessageSizeBytes = 1024 * 1024;

/** How the two ends of a transport reach each other before they are connected. */
export interface PagePeerSignaling {
  connect(remote: RemoteParameters): Promise<unknown>;
  candidate(line: string): void;
  /** Sets what is told of the other end's late candidates. */
  onCandidate(listener: (line: string) => void): void;
}

/** One transport as a browser has it: it answers the offer that the transport's options stand for. */
export class PagePeer {
  readonly #peer: PeerConnection;
  readonly #options: TransportOptions;
  /* Channels that nobody refers to are closed when they are collected. */
  readonly channels: DataChannel[] = [];

  constructor(options: TransportOptions, announcedMessageSizeBytes = 64 * 1024) {
    this.#options = options;
    this.#peer = new ndc.PeerConnection(`page-${options.id}`, {
      iceServers: [],
      disableAutoNegotiation: true,
      maxMessageSize: maxMessageSizeBytes,
      bindAddress: '127.0.0.1',
    });
    this.#peer.setRemoteDescription(offerOf(options, announcedMessageSizeBytes), 'offer');
  }

  channel(label: string, { streamId, ordered = true }: SctpStreamParameters): DataChannel {
    const channel = this.#peer.createDataChannel(label, {
      negotiated: true,
      id: streamId,
      unordered: !ordered,
    });
    this.channels.push(channel);
    return channel;
  }

  /** Connects and waits until every channel is open. */
  async connect(signaling: PagePeerSignaling): Promise<void> {
    const opened = this.channels.map((channel) => opening(channel));
    const ownCandidates: string[] = [];
    let isAnnounced = false;
    this.#peer.onLocalCandidate((line) => {
      if (isAnnounced) signaling.candidate(line);
      else ownCandidates.push(line);
    });
    signaling.onCandidate((line) => this.#peer.addRemoteCandidate(line, '0'));
    this.#peer.setLocalDescription('answer');
    const sdp = this.#peer.localDescription()?.sdp ?? '';
    const [algorithm, value = ''] = attributeOf(sdp, 'fingerprint').split(' ');
    await signaling.connect({
      role: 'server',
      fingerprints: [{ algorithm: algorithm as 'sha-256', value }],
      iceParameters: {
        usernameFragment: attributeOf(sdp, 'ice-ufrag'),
        password: attributeOf(sdp, 'ice-pwd'),
      },
      maxMessageSize: maxMessageSizeBytes,
    });
    isAnnounced = true;
    for (const line of ownCandidates) signaling.candidate(line);
    for (const candidate of this.#options.iceCandidates) {
      this.#peer.addRemoteCandidate(lineOf(candidate), '0');
    }
    await Promise.all(opened);
  }

  close(): void {
    this.#peer.close();
    this.channels.length = 0;
  }
}

/** A viewer of a fan-out process, as the page is one, without a browser. */
export class ViewerPeer {
  readonly messages: MediaMessage[] = [];
  readonly changes = new Changes();
  readonly #peers: PagePeer[] = [];
  /** Whether it says what it got; a page that hangs does not. */
  acknowledges = true;
  /** Media channels that the media host closed. */
  closedChannels = 0;
  #feedback: DataChannel | null = null;
  #input: DataChannel | null = null;

  private constructor(
    readonly owner: ViewerOwner,
    readonly viewerId: string,
    readonly memberId: string,
  ) {}

  /** Opens a viewer whose media channels are open; it gets nothing before {@link start}. */
  static async open(owner: ViewerOwner, memberId = FanOutOwner.makeId()): Promise<ViewerPeer> {
    const viewerId = FanOutOwner.makeId();
    const offer = await owner.request('viewer:open', {
      viewerId,
      memberId,
      iceServers: [],
    });
    if (offer.via !== 'webrtc') throw new Error('the offer is none of WebRTC');
    const viewer = new ViewerPeer(owner, viewerId, memberId);
    const peer = viewer.#addPeer(offer.transport);
    for (const { label, sctpStreamParameters } of offer.consumers) {
      viewer.#listen(peer.channel(label, sctpStreamParameters));
    }
    await viewer.#connect(peer, offer.transport.id);
    return viewer;
  }

  async start(): Promise<void> {
    await this.owner.request('viewer:start', { viewerId: this.viewerId });
  }

  /**
   * Opens the way back.
   * @param maxMessageSizeBytes what this page believes the media host takes
   */
  async openSend(maxMessageSizeBytes = 64 * 1024): Promise<void> {
    const { owner, viewerId } = this;
    const transport = await owner.request('transport:open', { viewerId });
    const peer = this.#addPeer(transport, maxMessageSizeBytes);
    const produce = async (label: 'feedback' | 'input', streamId: number): Promise<DataChannel> => {
      const sctpStreamParameters = { streamId, ordered: true };
      const channel = peer.channel(label, sctpStreamParameters);
      const transportId = transport.id;
      await owner.request('data:produce', { viewerId, transportId, label, sctpStreamParameters });
      return channel;
    };
    this.#feedback = await produce('feedback', 0);
    this.#input = await produce('input', 1);
    await this.#connect(peer, transport.id);
  }

  sendFeedback(message: Feedback): void {
    this.sendRaw('feedback', JSON.stringify(message));
  }

  sendInput(message: Input): void {
    this.sendRaw('input', JSON.stringify(message));
  }

  /** Sends anything at all. @throws Error when the channel is not open */
  sendRaw(label: 'feedback' | 'input', data: string | Buffer): void {
    const channel = label === 'feedback' ? this.#feedback : this.#input;
    if (!channel) throw new Error('the way back is not open');
    if (typeof data === 'string') channel.sendMessage(data);
    else channel.sendMessageBinary(data);
  }

  /** Whether the media host has not given this viewer up. */
  get isLost(): boolean {
    return this.owner.lost.has(this.viewerId);
  }

  fragments(): MediaMessage[] {
    return this.messages.filter(({ kind }) => kind === 'fragment');
  }

  async untilMessages(
    what: string,
    count: number,
    condition: (message: MediaMessage) => boolean,
  ): Promise<MediaMessage[]> {
    const found = (): MediaMessage[] => this.messages.filter(condition);
    await this.changes.until(what, () => found().length >= count);
    return found();
  }

  /** As a tab that is closed: the connections go, and nobody is told. */
  vanish(): void {
    for (const peer of this.#peers.splice(0)) peer.close();
  }

  /** As a page that leaves: the media host is told. */
  async leave(): Promise<void> {
    await this.owner.request('viewer:close', { viewerId: this.viewerId });
    this.vanish();
  }

  /* As a page does with what it appended, once it has the way back. */
  #acknowledge({ kind, track, sequence }: MediaMessage): void {
    if (!this.acknowledges || kind !== 'fragment' || track !== 'video') return;
    if (this.#feedback?.isOpen()) this.sendFeedback({ type: 'ack', sequence });
  }

  #connect(peer: PagePeer, transportId: string): Promise<void> {
    const { owner, viewerId } = this;
    return peer.connect({
      connect: (remote) => owner.request('transport:connect', { viewerId, transportId, remote }),
      candidate: (candidate) =>
        void owner.request('transport:candidate', { viewerId, transportId, candidate }),
      onCandidate: (listener) => owner.onCandidate(transportId, listener),
    });
  }

  #addPeer(options: TransportOptions, maxSizeBytes = 64 * 1024): PagePeer {
    const peer = new PagePeer(options, maxSizeBytes);
    this.#peers.push(peer);
    return peer;
  }

  #listen(channel: DataChannel): void {
    const assembler = new ChunkAssembler();
    channel.onClosed(() => {
      this.closedChannels += 1;
      this.changes.notify();
    });
    channel.onMessage((data) => {
      if (typeof data === 'string') throw new Error('text on a media channel');
      const message = assembler.push(new Uint8Array(data));
      if (!message) return;
      const decoded = decodeMediaMessage(message);
      this.messages.push(decoded);
      this.#acknowledge(decoded);
      this.changes.notify();
    });
  }
}

function opening(channel: DataChannel): Promise<void> {
  return new Promise((resolve, reject) => {
    channel.onOpen(resolve);
    channel.onError((why) => reject(new Error(why)));
  });
}

/** The offer a mediasoup-client would make up of a transport's options. */
function offerOf(options: TransportOptions, maxSizeBytes: number): string {
  const [fingerprint] = options.dtlsParameters.fingerprints;
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0',
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    'a=mid:0',
    `a=ice-ufrag:${options.iceParameters.usernameFragment}`,
    `a=ice-pwd:${options.iceParameters.password}`,
    `a=fingerprint:${fingerprint?.algorithm ?? ''} ${fingerprint?.value ?? ''}`,
    // A browser would begin the handshake itself. Here who is asked last begins, or the first packet
    // is often lost, and libdatachannel tries again only after a second.
    'a=setup:active',
    `a=sctp-port:${options.sctpParameters.port}`,
    `a=max-message-size:${maxSizeBytes}`,
    '',
  ].join('\r\n');
}

function lineOf({ foundation, protocol, priority, address, port, type }: IceCandidate): string {
  return `candidate:${foundation} 1 ${protocol} ${priority} ${address} ${port} typ ${type}`;
}
