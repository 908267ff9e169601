import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import type { FanOutRequests } from '../../../media-host/supervision/child-ipc.js';
import {
  type RequestHandlers,
  RequestChannel,
  serveRequests,
} from '../../../media-host/supervision/ipc.js';
import { unwrap } from '../../../signaling/protocol/result.js';
import { Child } from '../../tools/child.js';
import type { FanOutOwner } from '../../tools/fan-out-owner.js';

import type { PeerNotices, PeerRequests, RelayedRequests } from './peer-messages.js';

const requestTimeoutMs = 60_000;

/** A process of viewers, which watch fan-outs of the benchmark. */
export class PeerProcess {
  readonly #child: Child;
  readonly #channel: RequestChannel<PeerRequests, PeerNotices>;

  private constructor(child: ChildProcess, fanOuts: readonly FanOutOwner[]) {
    this.#child = new Child('peers', child);
    this.#channel = new RequestChannel(child);
    serveRequests<RelayedRequests>(child, this.#relay(fanOuts), {}, (error) => {
      throw error;
    });
  }

  static async start(fanOuts: readonly FanOutOwner[]): Promise<PeerProcess> {
    const child = fork(join(import.meta.dirname, 'peers.js'), [], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
      execArgv: ['--enable-source-maps'],
    });
    const peers = new PeerProcess(child, fanOuts);
    await Promise.race([once(child, 'message'), peers.#child.failure()]);
    return peers;
  }

  async request<Name extends keyof PeerRequests>(
    name: Name,
    payload: PeerRequests[Name]['payload'],
  ): Promise<PeerRequests[Name]['answer']> {
    return unwrap(await this.#channel.request(name, payload, requestTimeoutMs));
  }

  stop(): Promise<void> {
    return this.#child.stop();
  }

  #relay(fanOuts: readonly FanOutOwner[]): RequestHandlers<RelayedRequests> {
    const ask =
      <Name extends keyof FanOutRequests>(name: Name) =>
      async (
        payload: RelayedRequests[Name]['payload'],
      ): Promise<FanOutRequests[Name]['answer']> => {
        const owner = fanOuts[payload.fanOut];
        if (!owner) throw new Error(`there is no fan-out ${payload.fanOut}`);
        return owner.request(name, payload.request);
      };
    return {
      'viewer:open': ask('viewer:open'),
      'viewer:start': ask('viewer:start'),
      'viewer:close': ask('viewer:close'),
      'transport:open': ask('transport:open'),
      'transport:connect': (payload) => {
        const { transportId } = payload.request;
        fanOuts[payload.fanOut]?.onCandidate(transportId, (candidate) =>
          this.#channel.notify('candidate', { transportId, candidate }),
        );
        return ask('transport:connect')(payload);
      },
      'transport:candidate': ask('transport:candidate'),
      'data:produce': ask('data:produce'),
      'check:open': ask('check:open'),
      'check:connect': ask('check:connect'),
      'check:candidate': ask('check:candidate'),
      'check:close': ask('check:close'),
      'control:update': ask('control:update'),
    };
  }
}
