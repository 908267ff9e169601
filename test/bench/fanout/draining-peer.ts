import type { DataChannel } from 'node-datachannel';

import { mediaHeaderSizeBytes } from '../../../signaling/protocol/media-message.js';
import type { RenditionChoice } from '../../../signaling/protocol/viewer-messages.js';
import { FanOutOwner } from '../../tools/fan-out-owner.js';
import { bothWays } from '../../tools/network/link-conditions.js';
import { LinkEmulator } from '../../tools/network/link-emulator.js';
import { PagePeer, type PagePeerSignaling, type ViewerOwner } from '../../tools/viewer-peer.js';

import type { Reception } from './peer-messages.js';

/** As the page does. */
const acknowledgeIntervalMs = 100;
const maxMessageSizeBytes = 64 * 1024;
/* What is read of a chunk: one byte of flags, then the header of the media message. */
const fragmentKind = 2;
const lastChunkFlag = 2;
const firstChunkFlag = 1;
const gapFlag = 2;

/**
 * A viewer that reads of each picture no more than its delay takes, so that many fit a core: no
 * message is put together. It acknowledges as the page does.
 */
export class DrainingPeer {
  readonly viewerId = FanOutOwner.makeId();
  readonly #owner: Pick<ViewerOwner, 'request' | 'onCandidate'>;
  readonly #peers: PagePeer[] = [];
  readonly #links: LinkEmulator[] = [];
  #feedback: DataChannel | null = null;
  #acknowledgeTimer: NodeJS.Timeout | undefined;
  #isPicture = false;
  #sentAtMs = 0;
  #sequence = 0;
  #acknowledged = 0;
  #delaysMs: number[] = [];
  #sizeBytes = 0;
  #gaps = 0;

  private constructor(owner: Pick<ViewerOwner, 'request' | 'onCandidate'>) {
    this.#owner = owner;
  }

  /** @param rateKbps what the path to this viewer carries; null for all there is */
  static async join(
    owner: Pick<ViewerOwner, 'request' | 'onCandidate'>,
    rateKbps: number | null,
  ): Promise<DrainingPeer> {
    const viewer = new DrainingPeer(owner);
    await viewer.#openReceive(rateKbps);
    await viewer.#openSend(rateKbps === null ? 'main' : 'auto');
    return viewer;
  }

  async leave(): Promise<void> {
    clearInterval(this.#acknowledgeTimer);
    await this.#owner.request('viewer:close', { viewerId: this.viewerId });
    for (const peer of this.#peers.splice(0)) peer.close();
    for (const link of this.#links.splice(0)) link.close();
  }

  /** What was received since the last call. */
  takeReception(): Reception {
    const { viewerId } = this;
    const reception = {
      viewerId,
      delaysMs: Float64Array.from(this.#delaysMs),
      sizeBytes: this.#sizeBytes,
      gaps: this.#gaps,
    };
    this.#delaysMs = [];
    this.#sizeBytes = 0;
    this.#gaps = 0;
    return reception;
  }

  async #openReceive(rateKbps: number | null): Promise<void> {
    const { viewerId } = this;
    const offer = await this.#owner.request('viewer:open', {
      viewerId,
      memberId: FanOutOwner.makeId(),
      iceServers: [],
    });
    if (offer.via !== 'webrtc') throw new Error('the offer is none of WebRTC');
    let { transport } = offer;
    let signaling = this.#signaling(transport.id);
    if (rateKbps !== null) {
      const link = await LinkEmulator.start(bothWays({ rateKbps }));
      this.#links.push(link);
      // Neither end learns of another way to the other than through the link.
      const [candidate] = transport.iceCandidates;
      if (!candidate) throw new Error('the offer has no candidate');
      const through = { ...candidate, ip: '127.0.0.1', address: '127.0.0.1' };
      transport = { ...transport, iceCandidates: [{ ...through, port: link.portA }] };
      const far = `candidate:1 1 udp 2122260223 127.0.0.1 ${link.portB} typ host`;
      const direct = signaling;
      signaling = {
        connect: async (remote) => {
          await direct.connect(remote);
          direct.candidate(far);
        },
        candidate: () => undefined,
        onCandidate: () => undefined,
      };
    }
    const peer = new PagePeer(transport, maxMessageSizeBytes);
    this.#peers.push(peer);
    for (const { label, sctpStreamParameters } of offer.consumers) {
      const channel = peer.channel(label, sctpStreamParameters);
      channel.onMessage((data) => {
        if (typeof data === 'string') throw new Error('text on a media channel');
        this.#sizeBytes += data.byteLength;
        if (label === 'video') this.#onPictureChunk(Buffer.from(data as ArrayBuffer));
      });
    }
    await peer.connect(signaling);
    await this.#owner.request('viewer:start', { viewerId });
  }

  /* What is measured is the main rendition; a viewer whose path is slow gets what that carries. */
  async #openSend(choice: RenditionChoice): Promise<void> {
    const { viewerId } = this;
    const transport = await this.#owner.request('transport:open', { viewerId });
    const peer = new PagePeer(transport, maxMessageSizeBytes);
    this.#peers.push(peer);
    const sctpStreamParameters = { streamId: 0, ordered: true };
    this.#feedback = peer.channel('feedback', sctpStreamParameters);
    const transportId = transport.id;
    await this.#owner.request('data:produce', {
      viewerId,
      transportId,
      label: 'feedback',
      sctpStreamParameters,
    });
    await peer.connect(this.#signaling(transportId));
    this.#feedback.sendMessage(JSON.stringify({ type: 'quality', choice }));
    this.#acknowledgeTimer = setInterval(() => this.#acknowledge(), acknowledgeIntervalMs);
  }

  #signaling(transportId: string): PagePeerSignaling {
    const { viewerId } = this;
    return {
      connect: (remote) =>
        this.#owner.request('transport:connect', { viewerId, transportId, remote }),
      candidate: (candidate) =>
        void this.#owner.request('transport:candidate', { viewerId, transportId, candidate }),
      onCandidate: (listener) => this.#owner.onCandidate(transportId, listener),
    };
  }

  #onPictureChunk(chunk: Buffer): void {
    const flags = chunk[0] ?? 0;
    if ((flags & firstChunkFlag) !== 0) {
      this.#isPicture = chunk.byteLength > mediaHeaderSizeBytes && chunk[1] === fragmentKind;
      if (!this.#isPicture) return;
      this.#sequence = chunk.readUInt32LE(1 + 4);
      this.#sentAtMs = chunk.readDoubleLE(1 + 8);
      if (((chunk[1 + 2] ?? 0) & gapFlag) !== 0) this.#gaps += 1;
    }
    if (!this.#isPicture || (flags & lastChunkFlag) === 0) return;
    this.#acknowledged = this.#sequence;
    this.#delaysMs.push(performance.timeOrigin + performance.now() - this.#sentAtMs);
  }

  #acknowledge(): void {
    if (this.#acknowledged === 0 || !this.#feedback?.isOpen()) return;
    this.#feedback.sendMessage(JSON.stringify({ type: 'ack', sequence: this.#acknowledged }));
  }
}
