import { checkLifetimeMs } from '../../signaling/protocol/check.js';
import type { CheckPeer } from '../../signaling/protocol/check.js';
import type { HostCheckOpen } from '../../signaling/protocol/host-events.js';
import { RequestError } from '../../signaling/protocol/result.js';
import type { RemoteParameters } from '../../signaling/protocol/transport.js';

import { EchoPeer } from './echo-peer.js';
import type { FanOutOptions } from './fan-out-options.js';
import { toLibdatachannel } from './transport/ice-servers.js';

/** The signaling service allows no more of all pages together. */
const maxPeers = 40;

/** The connection checks that this process plays the other side of. */
export class EchoPeers {
  readonly #options: Pick<FanOutOptions, 'bindAddress' | 'portRange'>;
  readonly #onCandidate: (checkId: string, candidate: string) => void;
  readonly #lifetimeMs: number;
  readonly #peers = new Map<string, EchoPeer>();

  /** @param onCandidate told of candidates found after the check was opened */
  constructor(
    options: Pick<FanOutOptions, 'bindAddress' | 'portRange'>,
    onCandidate: (checkId: string, candidate: string) => void,
    lifetimeMs = checkLifetimeMs,
  ) {
    this.#options = options;
    this.#onCandidate = onCandidate;
    this.#lifetimeMs = lifetimeMs;
  }

  get count(): number {
    return this.#peers.size;
  }

  /** @throws RequestError when there are too many */
  async open(request: Omit<HostCheckOpen, 'roomId'>): Promise<CheckPeer> {
    const { checkId, iceServers } = request;
    if (this.#peers.size >= maxPeers) {
      throw new RequestError('rate-limited', 'Too many connection checks run at the moment.');
    }
    const peer = new EchoPeer(this.#lifetimeMs, {
      onCandidate: (candidate) => this.#onCandidate(checkId, candidate),
      onClose: () => this.#peers.delete(checkId),
    });
    this.#peers.set(checkId, peer);
    try {
      const transport = await peer.offer({
        iceServers: toLibdatachannel(iceServers),
        bindAddress: this.#options.bindAddress,
        portRange: this.#options.portRange,
      });
      return { transport };
    } catch (error) {
      peer.close();
      throw error;
    }
  }

  /** @throws RequestError when the check has ended, or is connected already */
  connect(checkId: string, remote: RemoteParameters): void {
    try {
      this.#peer(checkId).connect(remote);
    } catch (error) {
      if (error instanceof RequestError) throw error;
      throw new RequestError('bad-request', error instanceof Error ? error.message : 'refused');
    }
  }

  /** @throws RequestError when the check has ended */
  addCandidate(checkId: string, candidate: string): void {
    this.#peer(checkId).addCandidate(candidate);
  }

  /** Ends a check; does nothing when it has ended by itself. */
  closeOne(checkId: string): void {
    this.#peers.get(checkId)?.close();
  }

  close(): void {
    for (const peer of [...this.#peers.values()]) peer.close();
  }

  #peer(checkId: string): EchoPeer {
    const peer = this.#peers.get(checkId);
    if (!peer) throw new RequestError('viewer-unknown', 'This check has ended.');
    return peer;
  }
}
