import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { Cleanup } from '../../tools/cleanup.js';
import { FanOutOwner } from '../../tools/fan-out-owner.js';
import { MediaProcess } from '../../tools/media-process.js';
import {
  CpuMeter,
  type CpuShares,
  openDescriptors,
  processTree,
  threadCount,
} from '../../tools/processes.js';

import { BroadcastSource } from './broadcast-source.js';
import type { Reception } from './peer-messages.js';
import { PeerProcess } from './peer-process.js';

const peersPerProcess = 25;
/** Viewers that join at a time. */
const joinsAtOnce = 10;
const joinAttempts = 3;
/** Before the first second that counts: congestion windows open, code is compiled. */
const warmUpMs = 2000;

/** What a fan-out process holds of the machine. */
export interface Holdings {
  readonly megabytes: number;
  readonly threads: number;
  readonly descriptors: number;
}

export interface Measurement {
  readonly receptions: readonly Reception[];
  readonly seconds: number;
  /** CPU time each fan-out used, seconds. */
  readonly fanOutCpuSeconds: readonly number[];
  /** Resident memory of all fan-outs, MB. */
  readonly megabytes: number;
  readonly cpuPercent: CpuShares;
  /** Joins that had to be tried again, so far. */
  readonly failedJoins: number;
}

/** A broadcast, fan-out processes of the product's own, and viewers in processes beside them. */
export class FanOutStage {
  readonly #cleanup = new Cleanup();
  readonly #fanOuts: MediaProcess[] = [];
  readonly #owners: FanOutOwner[] = [];
  readonly #peers: PeerProcess[] = [];
  #failedJoins = 0;
  #joined: { viewerId: string; peers: PeerProcess }[] = [];

  /** Runs `act` with so many fan-outs of a broadcast of this rate; clears away whatever happens. */
  static async with<T>(
    fanOutCount: number,
    bitrateKbps: number,
    act: (stage: FanOutStage) => Promise<T>,
  ): Promise<T> {
    const stage = new FanOutStage();
    try {
      await stage.#set(fanOutCount, bitrateKbps);
      return await act(stage);
    } finally {
      await stage.#cleanup.run();
    }
  }

  async #set(fanOutCount: number, bitrateKbps: number): Promise<void> {
    const folder = this.#cleanup.add(await mkdtemp(join(tmpdir(), 'share-space-bench-')), (path) =>
      rm(path, { recursive: true, force: true }),
    );
    const broadcastSocketPath = join(folder, 'broadcast');
    this.#cleanup.add(await BroadcastSource.start(broadcastSocketPath, bitrateKbps), (source) =>
      source.close(),
    );
    for (let index = 0; index < fanOutCount; index += 1) {
      const fanOut = MediaProcess.fanOut({ broadcastSocketPath, bindAddress: '127.0.0.1' });
      this.#cleanup.add(fanOut, (started) => started.stop());
      this.#fanOuts.push(await fanOut.untilReady());
      this.#owners.push(new FanOutOwner(fanOut));
    }
  }

  /** Lets viewers come, spread evenly over the fan-outs. @returns their ids */
  async join(count: number, rateKbps: number | null = null): Promise<string[]> {
    const ids: string[] = [];
    for (let left = count; left > 0; left -= joinsAtOnce) {
      const group = Array.from({ length: Math.min(left, joinsAtOnce) }, async (_, index) => {
        const peers = await this.#placeFor(this.#joined.length + index);
        const fanOut = (this.#joined.length + index) % this.#owners.length;
        return { peers, viewerId: await this.#joinOne(peers, fanOut, rateKbps) };
      });
      const joined = await Promise.all(group);
      this.#joined.push(...joined);
      ids.push(...joined.map(({ viewerId }) => viewerId));
    }
    return ids;
  }

  /** Lets viewers leave: all, or those of these ids. */
  async leave(
    ids: readonly string[] = this.#joined.map(({ viewerId }) => viewerId),
  ): Promise<void> {
    const leaving = this.#joined.filter(({ viewerId }) => ids.includes(viewerId));
    this.#joined = this.#joined.filter(({ viewerId }) => !ids.includes(viewerId));
    await Promise.all(
      leaving.map(({ viewerId, peers }) => peers.request('peer:leave', { viewerId })),
    );
  }

  async measure(seconds: number): Promise<Measurement> {
    await delay(warmUpMs);
    await Promise.all(this.#peers.map((peers) => peers.request('measure:begin', null)));
    const cpu = new CpuMeter();
    const before = this.#fanOuts.map(cpuSeconds);
    const startedAtMs = performance.now();
    await delay(seconds * 1000);
    const after = this.#fanOuts.map(cpuSeconds);
    const elapsedSeconds = (performance.now() - startedAtMs) / 1000;
    const receptions = await Promise.all(
      this.#peers.map((peers) => peers.request('measure:end', null)),
    );
    return {
      receptions: receptions.flat(),
      seconds: elapsedSeconds,
      fanOutCpuSeconds: after.map((used, index) => used - (before[index] ?? 0)),
      megabytes: this.#fanOuts.reduce((sum, fanOut) => sum + holdings(fanOut).megabytes, 0),
      cpuPercent: cpu.read(),
      failedJoins: this.#failedJoins,
    };
  }

  /** What the first fan-out holds now. */
  holdings(): Holdings {
    const [first] = this.#fanOuts;
    if (!first) throw new Error('there is no fan-out');
    return holdings(first);
  }

  /** A connection may fail where more run than the machine has cores for: it is tried again, and counted. */
  async #joinOne(peers: PeerProcess, fanOut: number, rateKbps: number | null): Promise<string> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await peers.request('peer:join', { fanOut, rateKbps });
      } catch (error) {
        this.#failedJoins += 1;
        if (attempt === joinAttempts) throw error;
      }
    }
  }

  async #placeFor(index: number): Promise<PeerProcess> {
    const place = Math.floor(index / peersPerProcess);
    for (let next = this.#peers.length; next <= place; next += 1) {
      const peers = await PeerProcess.start(this.#owners);
      this.#peers.push(this.#cleanup.add(peers, (started) => started.stop()));
    }
    const peers = this.#peers[place];
    if (!peers) throw new Error('there is no process for more viewers');
    return peers;
  }
}

function cpuSeconds({ pid }: MediaProcess): number {
  return (processTree(pid)[0]?.cpuMs ?? NaN) / 1000;
}

function holdings({ pid }: MediaProcess): Holdings {
  return {
    megabytes: (processTree(pid)[0]?.residentBytes ?? NaN) / 1e6,
    threads: threadCount(pid),
    descriptors: openDescriptors(pid),
  };
}
