import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import ndc from 'node-datachannel';

import type { Input } from '../../signaling/protocol/viewer-messages.js';
import { eventually } from '../tools/eventually.js';
import { FanOutOwner } from '../tools/fan-out-owner.js';
import { MediaProcess } from '../tools/media-process.js';
import { openDescriptors, residentMegabytes, threadCount } from '../tools/processes.js';
import { ViewerPeer } from '../tools/viewer-peer.js';

import { StandInPipeline } from './stand-in-pipeline.js';

const move = (x: number): Input => ({ type: 'pointer', x, y: 0, buttons: 0 });
/** What the host tells the pipeline whenever control changes hands. */
const releaseAll: Input = { type: 'release-all' };

describe('a fan-out process', () => {
  let folder: string;
  let socketPath: string;
  let pipeline: StandInPipeline;
  let fanOut: MediaProcess;
  let owner: FanOutOwner;
  let viewers: ViewerPeer[];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'share-space-fan-out-'));
    socketPath = join(folder, 'broadcast');
    pipeline = await StandInPipeline.start(socketPath);
    fanOut = await MediaProcess.fanOut({
      broadcastSocketPath: socketPath,
      bindAddress: '127.0.0.1',
    }).untilReady();
    owner = new FanOutOwner(fanOut);
  });

  beforeEach(() => {
    viewers = [];
    pipeline.inputs.length = 0;
  });

  afterEach(async () => {
    await Promise.all(viewers.map((viewer) => viewer.leave()));
    await pipeline.untilViewers(0);
  });

  after(async () => {
    await fanOut.stop();
    pipeline.close();
    await rm(folder, { recursive: true, force: true });
    ndc.cleanup();
  });

  async function open(memberId?: string): Promise<ViewerPeer> {
    const viewer = await ViewerPeer.open(owner, memberId);
    viewers.push(viewer);
    return viewer;
  }

  async function openStarted(memberId?: string): Promise<ViewerPeer> {
    const viewer = await open(memberId);
    await viewer.start();
    await viewer.openSend();
    return viewer;
  }

  const texts = (viewer: ViewerPeer): string[] =>
    viewer.messages.map(({ payload }) => Buffer.from(payload).toString());

  it('tells the pipeline how many watch', async () => {
    const first = await open();
    await open();
    await pipeline.untilViewers(2);
    viewers.shift();
    await first.leave();
    await pipeline.untilViewers(1);
  });

  it('sends nothing before the page is ready, then the stream from its last key frame on', async () => {
    const viewer = await open();
    await pipeline.untilViewers(1);
    pipeline.publish({ kind: 'init' }, 'init');
    pipeline.picture(true, 'old');
    pipeline.picture(true, 'key');
    pipeline.picture(false, 'delta');
    // Whoever comes later has seen it pass: the fan-out has it too.
    const witness = await openStarted();
    await witness.untilMessages('delta', 1, ({ payload }) => payload.length === 5);
    assert.deepEqual(viewer.messages, []);

    await viewer.start();
    pipeline.picture(false, 'next');
    pipeline.publish({ track: 'audio' }, 'sound');
    await viewer.changes.until('sound', () => texts(viewer).includes('sound'));
    await viewer.changes.until('picture', () => texts(viewer).includes('next'));
    const pictures = texts(viewer).filter((text) => text !== 'sound');
    assert.deepEqual(pictures, ['init', 'key', 'delta', 'next']);
  });

  it('asks for one key frame when there is nothing to start with, and sends large ones whole', async () => {
    const before = pipeline.keyFrameRequests;
    const viewer = await open();
    await viewer.start();
    await pipeline.changes.until('key frame request', () => pipeline.keyFrameRequests > before);
    pipeline.picture(true, 300_000);
    const [key] = await viewer.untilMessages('key frame', 1, ({ keyFrame }) => keyFrame);
    assert.equal(key?.payload.length, 300_000);
    assert.equal(pipeline.keyFrameRequests, before + 1);
  });

  it('answers a ping with its clock', async () => {
    const viewer = await openStarted();
    const sentMs = Date.now();
    viewer.sendFeedback({ type: 'ping', pageTimeMs: 1234.5 });
    const [clock] = await viewer.untilMessages('clock', 1, ({ kind }) => kind === 'clock');
    assert.equal(clock?.decodeTimeSeconds, 1234.5);
    assert.ok(Math.abs(clock.captureTimeMs - sentMs) < 2000);
  });

  it('asks for a key frame for a page that cannot go on', async () => {
    const viewer = await openStarted();
    pipeline.picture(true);
    await viewer.untilMessages('key frame', 1, ({ keyFrame }) => keyFrame);
    const before = pipeline.keyFrameRequests;
    viewer.sendFeedback({ type: 'resync' });
    await pipeline.changes.until('key frame request', () => pipeline.keyFrameRequests > before);
    pipeline.picture(false);
    pipeline.picture(true);
    const [flagged] = await viewer.untilMessages('gap', 1, ({ gap }) => gap);
    assert.equal(flagged?.keyFrame, true);
    assert.equal(viewer.fragments().length, 2, 'the picture between cannot be decoded');
  });

  it('passes on the controller’s input alone, and counts what it drops', async () => {
    const [ann, bob] = [await openStarted(), await openStarted()];
    await owner.request('control:update', { controllerId: ann.memberId });
    bob.sendInput(move(1));
    bob.sendInput({ type: 'key', keysym: 0x61, down: true });
    ann.sendInput(move(2));
    await pipeline.changes.until('input', () => pipeline.inputs.length === 2);

    await owner.request('control:update', { controllerId: bob.memberId });
    ann.sendInput(move(3));
    // A ping on another channel of the same connection: what was sent before it has arrived.
    ann.sendFeedback({ type: 'ping', pageTimeMs: 0 });
    await ann.untilMessages('clock', 1, ({ kind }) => kind === 'clock');
    bob.sendInput(move(4));
    await pipeline.changes.until('input', () => pipeline.inputs.length === 4);
    assert.deepEqual(pipeline.inputs, [releaseAll, move(2), releaseAll, move(4)]);

    await owner.request('control:update', { controllerId: null });
    viewers = [];
    await Promise.all([ann.leave(), bob.leave()]);
    await fanOut.changes.until('report of both viewers', () =>
      [ann, bob].every(({ viewerId }) => reportOf(viewerId) !== undefined),
    );
    assert.equal(reportOf(ann.viewerId)?.['droppedInputs'], 1);
    assert.equal(reportOf(bob.viewerId)?.['droppedInputs'], 2);
  });

  const reportOf = (viewerId: string): Record<string, unknown> | undefined =>
    fanOut.log.find((line) => line.msg === 'viewer closed' && line['viewerId'] === viewerId);

  const rubbish: readonly (readonly [string, string | Buffer])[] = [
    ['binary data', Buffer.from([0, 1, 2, 255])],
    ['text that is no JSON', '{"type":"pointer"'],
    ['JSON that is no message', '{"type":"exit","code":1}'],
    ['numbers beyond any desktop', '{"type":"pointer","x":1e300,"y":-1,"buttons":0}'],
    ['deep nesting', '['.repeat(4000)],
    ['the largest message that fits', 'x'.repeat(60 * 1024)],
    ['an empty message', ''],
  ];
  for (const [name, data] of rubbish) {
    it(`survives ${name} and cuts off who never stops sending it`, async () => {
      const [bad, good] = [await openStarted(), await openStarted()];
      await owner.request('control:update', { controllerId: bad.memberId });
      for (let count = 0; count < 50; count += 1) {
        bad.sendRaw('input', data);
        bad.sendRaw('feedback', data);
      }
      await owner.changes.until('loss of the viewer', () => bad.isLost);
      assert.equal(owner.lost.get(bad.viewerId), 'malformed messages');
      await pipeline.untilViewers(1);
      pipeline.picture(true, 'still here');
      await good.changes.until('picture', () => texts(good).includes('still here'));
      assert.equal(good.isLost, false);
      assert.ok(pipeline.inputs.every(({ type }) => type === 'release-all'));
    });
  }

  it('survives messages larger than it said it takes', async () => {
    const [bad, good] = [await open(), await openStarted()];
    await bad.start();
    await bad.openSend(1024 * 1024);
    for (let count = 0; count < 20; count += 1) bad.sendRaw('input', Buffer.alloc(900 * 1024, 1));
    pipeline.picture(true, 'still here');
    await good.changes.until('picture', () => texts(good).includes('still here'));
    assert.equal(fanOut.hasEnded, false);
  });

  it('does not cut off who sends nonsense now and then', async () => {
    const viewer = await openStarted();
    for (let count = 0; count < 99; count += 1) viewer.sendRaw('feedback', '?');
    viewer.sendFeedback({ type: 'ping', pageTimeMs: 0 });
    await viewer.untilMessages('clock', 1, ({ kind }) => kind === 'clock');
    assert.equal(viewer.isLost, false);
  });

  it('refuses what does not fit a viewer’s state, and says why', async () => {
    const viewer = await openStarted();
    const { viewerId } = viewer;
    const nobody = { viewerId: FanOutOwner.makeId() };
    await assert.rejects(owner.request('viewer:start', nobody), { code: 'viewer-unknown' });
    await assert.rejects(owner.request('transport:open', { viewerId }), { code: 'bad-request' });
    const remote = {
      role: 'client' as const,
      fingerprints: [{ algorithm: 'sha-256' as const, value: 'AA:BB' }],
      iceParameters: { usernameFragment: 'abcd', password: 'x'.repeat(24) },
      maxMessageSize: 65_536,
    };
    const unknown = { viewerId, transportId: FanOutOwner.makeId(), remote };
    await assert.rejects(owner.request('transport:connect', unknown), { code: 'viewer-unknown' });
    pipeline.picture(true);
    await viewer.untilMessages('key frame', 1, ({ keyFrame }) => keyFrame);
  });

  it('does not wait for ever for a page that says it is ready and never connects', async () => {
    const viewerId = FanOutOwner.makeId();
    const memberId = FanOutOwner.makeId();
    const request = { viewerId, memberId, iceServers: [] };
    await owner.request('viewer:open', request);
    const starts = Array.from({ length: 20 }, () => owner.request('viewer:start', { viewerId }));
    for (const start of starts) await assert.rejects(start, { code: 'bad-request' });
    await owner.request('viewer:close', { viewerId });
  });

  it('keeps one viewer of a member: the one that started last, once it did', async () => {
    const memberId = FanOutOwner.makeId();
    const first = await openStarted(memberId);
    const second = await open(memberId);
    pipeline.picture(true, 'for the first');
    await first.changes.until('picture', () => texts(first).includes('for the first'));
    await second.start();
    await owner.changes.until('end of the first', () => owner.lost.has(first.viewerId));
    assert.equal(owner.lost.get(first.viewerId), 'replaced');
    await pipeline.untilViewers(1);
  });

  it('keeps one viewer that a member has not started: the newest', async () => {
    const memberId = FanOutOwner.makeId();
    const first = await open(memberId);
    await open(memberId);
    await pipeline.untilViewers(1);
    await assert.rejects(owner.request('viewer:start', { viewerId: first.viewerId }), {
      code: 'viewer-unknown',
    });
  });

  it('gives up a viewer whose page is gone', async () => {
    const viewer = await openStarted();
    viewer.vanish();
    await owner.changes.until('loss of the viewer', () => viewer.isLost);
    await pipeline.untilViewers(0);
    viewers = [];
  });

  it('closes the connection of a viewer that is closed', async () => {
    const viewer = await openStarted();
    await owner.request('viewer:close', { viewerId: viewer.viewerId });
    await viewer.changes.until('end of both channels', () => viewer.closedChannels === 2);
    assert.equal(viewer.isLost, false, 'nobody is told of what he asked for');
  });

  it('goes on with the successor of a pipeline that died', async () => {
    const viewer = await openStarted();
    pipeline.publish({ kind: 'init' }, 'first stream');
    pipeline.picture(true, 'first picture');
    await viewer.changes.until('picture', () => texts(viewer).includes('first picture'));
    pipeline.close();
    pipeline = await StandInPipeline.start(socketPath);
    pipeline.publish({ kind: 'init' }, 'second stream');
    await pipeline.untilViewers(1);
    pipeline.picture(true, 'second picture');
    await viewer.changes.until('picture', () => texts(viewer).includes('second picture'));
    assert.ok(texts(viewer).indexOf('second stream') < texts(viewer).indexOf('second picture'));
  });

  it('holds nothing of 200 viewers that came and left', async function () {
    this.timeout(120_000);
    const atOnce = 25;
    const joinAndLeave = async (count: number): Promise<void> => {
      for (let done = 0; done < count; done += atOnce) {
        const group = await Promise.all(Array.from({ length: atOnce }, () => openStarted()));
        pipeline.picture(true);
        await Promise.all(
          group.map((viewer) => viewer.untilMessages('picture', 1, ({ keyFrame }) => keyFrame)),
        );
        viewers = [];
        await Promise.all(group.map((viewer) => viewer.leave()));
      }
      await pipeline.untilViewers(0);
    };
    await joinAndLeave(25);
    const [files, threads, megabytes] = [
      openDescriptors(fanOut.pid),
      threadCount(fanOut.pid),
      memoryOf(fanOut),
    ];
    await joinAndLeave(200);
    await eventually('return of the descriptors', () => openDescriptors(fanOut.pid) <= files);
    await eventually('end of the threads', () => threadCount(fanOut.pid) <= threads);
    const growth = memoryOf(fanOut) - megabytes;
    console.log(`      memory grew by ${growth.toFixed(1)} MB over 200 viewers`);
    assert.ok(growth < 40, `${growth} MB`);
  });
});

const memoryOf = ({ pid }: MediaProcess): number => residentMegabytes(pid)['fan-out'] ?? NaN;
