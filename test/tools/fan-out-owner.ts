import { randomBytes } from 'node:crypto';

import type {
  FanOutNotices,
  FanOutRequests,
  NoRequests,
} from '../../media-host/supervision/child-ipc.js';
import { RequestChannel, serveRequests } from '../../media-host/supervision/ipc.js';
import { unwrap } from '../../signaling/protocol/result.js';

import { Changes } from './changes.js';
import type { MediaProcess } from './media-process.js';

const requestTimeoutMs = 5000;

/** Stands in for the media host that started a fan-out process. */
export class FanOutOwner {
  readonly changes = new Changes();
  /** Why the fan-out gave viewers up, by viewer. */
  readonly lost = new Map<string, string>();
  readonly #channel: RequestChannel<FanOutRequests>;
  readonly #onCandidate = new Map<string, (line: string) => void>();

  constructor(readonly process: MediaProcess) {
    this.#channel = new RequestChannel(process.child);
    serveRequests<NoRequests, FanOutNotices>(
      process.child,
      {},
      {
        'viewer:lost': ({ viewerId, why }) => {
          this.lost.set(viewerId, why);
          this.changes.notify();
        },
        'transport:candidate': ({ transportId, candidate }) =>
          this.#onCandidate.get(transportId)?.(candidate),
        'check:candidate': ({ checkId, candidate }) => this.#onCandidate.get(checkId)?.(candidate),
      },
      (error) => {
        throw error;
      },
    );
  }

  /** An identifier as the signaling service makes them. */
  static makeId(): string {
    return randomBytes(12).toString('base64url');
  }

  /** @throws RequestError when the fan-out refuses */
  async request<Name extends keyof FanOutRequests>(
    name: Name,
    payload: FanOutRequests[Name]['payload'],
  ): Promise<FanOutRequests[Name]['answer']> {
    return unwrap(await this.#channel.request(name, payload, requestTimeoutMs));
  }

  /** Calls back with the candidates the fan-out finds late for a transport. */
  onCandidate(transportId: string, listener: (line: string) => void): void {
    this.#onCandidate.set(transportId, listener);
  }
}
