import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import ndc, { type DataChannel } from 'node-datachannel';

import { EchoPeers } from '../../media-host/fan-out/echo-peers.js';
import { echoStreams } from '../../signaling/protocol/check.js';
import { RequestError } from '../../signaling/protocol/result.js';
import { Changes } from '../tools/changes.js';
import { eventually } from '../tools/eventually.js';
import { FanOutOwner } from '../tools/fan-out-owner.js';
import { MediaProcess } from '../tools/media-process.js';
import { PagePeer } from '../tools/viewer-peer.js';

import { StandInPipeline } from './stand-in-pipeline.js';

const loopback = { bindAddress: '127.0.0.1' };
const openRequest = () => ({
  checkId: FanOutOwner.makeId(),
  iceServers: [],
});

/** A page that checks its connection, without a browser. */
class CheckingPage {
  readonly received: string[] = [];
  readonly changes = new Changes();
  closedChannels = 0;

  private constructor(
    readonly checkId: string,
    private readonly owner: FanOutOwner,
    private readonly peer: PagePeer,
    private readonly probe: DataChannel,
  ) {}

  static async open(owner: FanOutOwner): Promise<CheckingPage> {
    const request = openRequest();
    const { checkId } = request;
    const { transport } = await owner.request('check:open', request);
    const peer = new PagePeer(transport);
    const probe = peer.channel('probe', echoStreams.probe);
    const echo = peer.channel('echo', echoStreams.echo);
    const page = new CheckingPage(checkId, owner, peer, probe);
    for (const channel of [probe, echo]) {
      channel.onMessage((data) => {
        page.received.push(typeof data === 'string' ? data : 'binary');
        page.changes.notify();
      });
      channel.onClosed(() => {
        page.closedChannels += 1;
        page.changes.notify();
      });
    }
    await peer.connect({
      connect: (remote) => owner.request('check:connect', { checkId, remote }),
      candidate: (candidate) => void owner.request('check:candidate', { checkId, candidate }),
      onCandidate: (listener) => owner.onCandidate(checkId, listener),
    });
    return page;
  }

  send(data: string | Buffer): void {
    if (typeof data === 'string') this.probe.sendMessage(data);
    else this.probe.sendMessageBinary(data);
  }

  /** Waits until the media host has closed both channels. */
  untilCutOff(): Promise<void> {
    return this.changes.until('end of the check', () => this.closedChannels === 2);
  }

  async close(): Promise<void> {
    await this.owner.request('check:close', { checkId: this.checkId });
    this.peer.close();
  }
}

describe('a connection check at a fan-out process', () => {
  let folder: string;
  let pipeline: StandInPipeline;
  let fanOut: MediaProcess;
  let owner: FanOutOwner;
  let pages: CheckingPage[];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'share-space-checks-'));
    const broadcastSocketPath = join(folder, 'broadcast');
    pipeline = await StandInPipeline.start(broadcastSocketPath);
    fanOut = await MediaProcess.fanOut({ broadcastSocketPath, ...loopback }).untilReady();
    owner = new FanOutOwner(fanOut);
  });
  beforeEach(() => {
    pages = [];
  });
  afterEach(() => Promise.all(pages.map((page) => page.close())));
  after(async () => {
    await fanOut.stop();
    pipeline.close();
    await rm(folder, { recursive: true, force: true });
    ndc.cleanup();
  });

  const open = async (): Promise<CheckingPage> => {
    const page = await CheckingPage.open(owner);
    pages.push(page);
    return page;
  };

  it('returns what it is sent, and gives no media', async () => {
    const page = await open();
    page.send('1');
    await page.changes.until('echo', () => page.received.includes('1'));
    pipeline.publish({ kind: 'init' }, 'init');
    pipeline.picture(true, 'key');
    pipeline.publish({ track: 'audio' }, 'sound');
    page.send('2');
    await page.changes.until('echo', () => page.received.includes('2'));
    assert.deepEqual(page.received, ['1', '2']);
  });

  it('is no viewer: the pipeline does not work for it', async () => {
    const before = pipeline.viewers;
    const page = await open();
    page.send('1');
    await page.changes.until('echo', () => page.received.length === 1);
    assert.equal(pipeline.viewers, before);
    await assert.rejects(
      owner.request('viewer:start', { viewerId: page.checkId }),
      (error) => error instanceof RequestError && error.code === 'viewer-unknown',
    );
  });

  const abuses: readonly (readonly [string, (page: CheckingPage) => void])[] = [
    ['sends long messages', (page) => page.send('x'.repeat(65))],
    ['sends binary', (page) => page.send(Buffer.from([1]))],
    [
      'does not stop',
      (page) => {
        for (let index = 0; index < 60; index += 1) page.send('x');
      },
    ],
  ];
  for (const [name, abuse] of abuses) {
    it(`ends for a page that ${name}`, async () => {
      const page = await open();
      abuse(page);
      await page.untilCutOff();
      assert.ok(page.received.length <= 50);
    });
  }

  it('refuses a second connect and an unknown check', async () => {
    const page = await open();
    const { checkId } = page;
    const remote = {
      role: 'client' as const,
      fingerprints: [{ algorithm: 'sha-256' as const, value: 'AA:'.repeat(31) + 'AA' }],
      iceParameters: { usernameFragment: 'abcd', password: 'a'.repeat(22) },
      maxMessageSize: 65_536,
    };
    const refusedWith = (code: string) => (error: unknown) =>
      error instanceof RequestError && error.code === code;
    await assert.rejects(
      owner.request('check:connect', { checkId, remote }),
      refusedWith('bad-request'),
    );
    await assert.rejects(
      owner.request('check:connect', { checkId: FanOutOwner.makeId(), remote }),
      refusedWith('viewer-unknown'),
    );
  });

  it('ends by itself, also when its page never connects', async () => {
    const peers = new EchoPeers(loopback, () => undefined, 100);
    await peers.open(openRequest());
    assert.equal(peers.count, 1);
    await eventually('end of the check', () => peers.count === 0);
  });

  it('is one of so many at a time', async () => {
    const peers = new EchoPeers(loopback, () => undefined);
    try {
      await Promise.all(Array.from({ length: 40 }, () => peers.open(openRequest())));
      await assert.rejects(
        peers.open(openRequest()),
        (error) => error instanceof RequestError && error.code === 'rate-limited',
      );
    } finally {
      peers.close();
    }
    assert.equal(peers.count, 0);
  });
});
