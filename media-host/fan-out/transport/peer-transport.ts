import { randomBytes } from 'node:crypto';
import { networkInterfaces } from 'node:os';

import ndc, { type DataChannel, type IceServer, type PeerConnection } from 'node-datachannel';

import { RequestError } from '../../../signaling/protocol/result.js';
import type {
  RemoteParameters,
  SctpStreamParameters,
  TransportOptions,
} from '../../../signaling/protocol/transport.js';

import { isLoopback, isUsable } from './remote-candidates.js';
import {
  attributeOf,
  candidatesOf,
  parseCandidate,
  synthesiseAnswer,
  withoutAttributeName,
} from './session-description.js';

export type TransportState =
  'new' | 'connecting' | 'connected' | 'disconnected' | 'failed' | 'closed';

export interface PeerTransportOptions {
  readonly iceServers: readonly (string | IceServer)[];
  /** Local address to use, or undefined for all. */
  readonly bindAddress: string | undefined;
  readonly portRange: { readonly first: number; readonly last: number } | undefined;
}

export interface PeerTransportEvents {
  readonly onState: (transport: PeerTransport, state: TransportState) => void;
  /** A candidate found after {@link PeerTransport.options} was given out: `candidate:` and its fields. */
  readonly onCandidate: (transport: PeerTransport, line: string) => void;
}

/** Larger than any message of ours; libdatachannel's send buffer cannot be smaller than this. */
const maxMessageSizeBytes = 64 * 1024;
const maxStreams = 1024;
const placeholderStreamId = 1023;
/** Host candidates are there at once; those of STUN and TURN servers follow by trickle. */
const gatherTimeoutMs = 20;
const maxRemoteCandidates = 64;

/*
 * What SCTP holds back from `bufferedAmount` is kept small, so that the backlog is seen where it can
 * still be dropped; the first burst may carry a whole frame (RFC 9260 would start with about four packets).
 */
ndc.setSctpSettings({
  sendBufferSize: 128 * 1024,
  recvBufferSize: 128 * 1024,
  initialCongestionWindow: 32,
  delayedSackTime: 20,
});

/**
 * A libdatachannel peer that presents itself as a mediasoup WebRtcTransport. It always makes the
 * offer; the browser's answer is put together from the parameters the browser signals. It carries
 * data channels only, and SCTP is there from the start: a browser whose SCTP INIT came before
 * `m=application` would block the process.
 */
export class PeerTransport {
  readonly id = randomBytes(9).toString('base64url');
  readonly #peer: PeerConnection;
  readonly #events: PeerTransportEvents;
  readonly #isOnLoopback: boolean;
  /* libdatachannel closes a channel whose JavaScript object is collected. */
  readonly #channels = new Set<DataChannel>();
  #state: TransportState = 'new';
  #offered = false;
  #connectCalled = false;
  #remoteCandidates = 0;
  /** Of the browser, found before {@link connect}: libdatachannel takes none without a description. */
  #earlyCandidates: string[] = [];

  private constructor(options: PeerTransportOptions, events: PeerTransportEvents) {
    this.#events = events;
    const bindAddress = options.bindAddress ?? loopbackIfAlone();
    this.#isOnLoopback = bindAddress !== undefined && isLoopback(bindAddress);
    this.#peer = new ndc.PeerConnection(this.id, {
      iceServers: [...options.iceServers],
      maxMessageSize: maxMessageSizeBytes,
      ...(bindAddress ? { bindAddress } : {}),
      ...(options.portRange
        ? { portRangeBegin: options.portRange.first, portRangeEnd: options.portRange.last }
        : {}),
    });
    this.#peer.onStateChange((state) => this.#setState(state as TransportState));
    this.#peer.onLocalCandidate((line) => {
      if (this.#offered) this.#events.onCandidate(this, withoutAttributeName(line));
    });
  }

  /**
   * Makes a peer and gathers its candidates.
   * @throws RequestError `room-full` when no port of the range is free
   */
  static async create(
    options: PeerTransportOptions,
    events: PeerTransportEvents,
  ): Promise<PeerTransport> {
    const transport = new PeerTransport(options, events);
    try {
      await transport.#gather();
      return transport;
    } catch (error) {
      transport.close();
      if (options.portRange === undefined) throw error;
      throw new RequestError(
        'room-full',
        'The media host has no network port left for another viewer.',
      );
    }
  }

  get state(): TransportState {
    return this.#state;
  }

  /** What the browser needs to make its side. */
  options(): TransportOptions {
    const sdp = this.#localDescription();
    this.#offered = true;
    const [algorithm = '', value = ''] = attributeOf(sdp, 'fingerprint').split(' ');
    return {
      id: this.id,
      iceParameters: {
        usernameFragment: attributeOf(sdp, 'ice-ufrag'),
        password: attributeOf(sdp, 'ice-pwd'),
      },
      iceCandidates: candidatesOf(sdp),
      dtlsParameters: {
        role: 'auto',
        fingerprints: [{ algorithm: algorithm as 'sha-256', value }],
      },
      sctpParameters: {
        port: 5000,
        OS: maxStreams,
        MIS: maxStreams,
        maxMessageSize: maxMessageSizeBytes,
      },
    };
  }

  /** Connects to the browser's side. @throws Error when called twice or after close */
  connect(remote: RemoteParameters): void {
    if (this.#connectCalled || this.#state === 'closed')
      throw new Error('transport already connected');
    this.#connectCalled = true;
    this.#peer.setRemoteDescription(synthesiseAnswer(this.#localDescription(), remote), 'answer');
    const early = this.#earlyCandidates;
    this.#earlyCandidates = [];
    // One that cannot be understood is no reason to refuse the connection.
    for (const line of early) this.#take(line);
  }

  /**
   * Adds a candidate of the browser, which may come before {@link connect}; those beyond a sane number, or where no page can be, are ignored.
   * @throws RequestError for a line that libdatachannel does not understand
   */
  addRemoteCandidate(line: string): void {
    const candidate = parseCandidate(line);
    if (!candidate || !isUsable(candidate, this.#isOnLoopback)) return;
    this.#remoteCandidates += 1;
    if (this.#remoteCandidates > maxRemoteCandidates) return;
    if (!this.#connectCalled) this.#earlyCandidates.push(line);
    else if (!this.#take(line)) {
      throw new RequestError('bad-request', 'The candidate cannot be understood.');
    }
  }

  /** Opens one end of a data channel both sides agreed on (RFC 8831, section 6.4). */
  openChannel(label: string, parameters: SctpStreamParameters): DataChannel {
    return this.#open(label, parameters);
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#setState('closed');
    this.#peer.close();
    this.#channels.clear();
  }

  /** @returns whether libdatachannel understands it */
  #take(line: string): boolean {
    try {
      this.#peer.addRemoteCandidate(line, attributeOf(this.#localDescription(), 'mid'));
      return true;
    } catch {
      return false;
    }
  }

  #open(label: string, parameters: SctpStreamParameters): DataChannel {
    const { streamId, ordered = true, maxPacketLifeTime, maxRetransmits } = parameters;
    const channel = this.#peer.createDataChannel(label, {
      negotiated: true,
      id: streamId,
      unordered: !ordered,
      ...(maxPacketLifeTime === undefined ? {} : { maxPacketLifeTime }),
      ...(maxRetransmits === undefined ? {} : { maxRetransmits }),
    });
    this.#channels.add(channel);
    return channel;
  }

  /*
   * The first channel makes the offer and starts gathering; later ones change nothing of it. Asked by
   * setLocalDescription(), libdatachannel would abort the process where no port is free.
   */
  #gather(): Promise<void> {
    return new Promise((resolve) => {
      this.#peer.onGatheringStateChange((state) => {
        if (state === 'complete') resolve();
      });
      this.#open('', { streamId: placeholderStreamId });
      setTimeout(resolve, gatherTimeoutMs);
    });
  }

  #localDescription(): string {
    const description = this.#peer.localDescription();
    if (!description) throw new Error('transport has no local description');
    return description.sdp;
  }

  #setState(state: TransportState): void {
    if (this.#state === 'closed' || this.#state === state) return;
    this.#state = state;
    this.#events.onState(this, state);
  }
}

/** libdatachannel skips loopback addresses; on a machine that has no other, it needs telling. */
function loopbackIfAlone(): string | undefined {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return addresses.some((address) => !address.internal) ? undefined : '127.0.0.1';
}
