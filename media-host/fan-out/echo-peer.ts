import type { DataChannel } from 'node-datachannel';

import { echoStreams, maxProbeLength } from '../../signaling/protocol/check.js';
import type { RemoteParameters, TransportOptions } from '../../signaling/protocol/transport.js';

import { PeerTransport, type PeerTransportOptions } from './transport/peer-transport.js';

/** A page measures with a handful; more than this is no measurement. */
const maxProbes = 50;

export interface EchoPeerEvents {
  readonly onCandidate: (candidate: string) => void;
  /** The peer is over: asked for, out of time, or abused. Called once. */
  readonly onClose: () => void;
}

/**
 * The media host's side of a connection check: a WebRTC peer like a viewer's, which returns what comes
 * on one data channel on another. It has no part in the broadcast, and ends by itself.
 */
export class EchoPeer {
  readonly #events: EchoPeerEvents;
  readonly #timer: NodeJS.Timeout;
  #transport: PeerTransport | null = null;
  #probes = 0;
  #closed = false;

  constructor(lifetimeMs: number, events: EchoPeerEvents) {
    this.#events = events;
    this.#timer = setTimeout(() => this.close(), lifetimeMs);
  }

  /** Makes the transport and says how to reach it. @throws Error when it was closed meanwhile */
  async offer(options: PeerTransportOptions): Promise<TransportOptions> {
    const transport = await PeerTransport.create(options, {
      onState: (_transport, state) => {
        if (state === 'failed' || state === 'closed') this.close();
      },
      onCandidate: (_transport, line) => this.#events.onCandidate(line),
    });
    if (this.#closed) {
      transport.close();
      throw new Error('check closed while it was opened');
    }
    this.#transport = transport;
    const probe = transport.openChannel('probe', echoStreams.probe);
    const echo = transport.openChannel('echo', echoStreams.echo);
    probe.onMessage((data) => this.#onProbe(echo, data));
    return transport.options();
  }

  /** @throws Error when called twice or after close */
  connect(remote: RemoteParameters): void {
    if (!this.#transport) throw new Error('transport is not there');
    this.#transport.connect(remote);
  }

  addCandidate(candidate: string): void {
    this.#transport?.addRemoteCandidate(candidate);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#transport?.close();
    this.#events.onClose();
  }

  #onProbe(echo: DataChannel, data: unknown): void {
    this.#probes += 1;
    if (typeof data !== 'string' || data.length > maxProbeLength || this.#probes > maxProbes) {
      this.close();
    } else if (!this.#closed && echo.isOpen()) echo.sendMessage(data);
  }
}
