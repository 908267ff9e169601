import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { after, afterEach, before, beforeEach, describe, it } from 'mocha';

import type { FanOutRequests } from '../../media-host/supervision/child-ipc.js';
import type { MediaMessage } from '../../signaling/protocol/media-message.js';
import { ok, unwrap } from '../../signaling/protocol/result.js';
import type { ViewerOffer, WebSocketOffer } from '../../signaling/protocol/transport.js';
import { FanOutOwner } from '../tools/fan-out-owner.js';
import { MediaProcess } from '../tools/media-process.js';
import { SocketViewerPeer } from '../tools/socket-viewer-peer.js';

import { HostPeer } from './signaling/host-peer.js';
import { MemberPeer } from './signaling/member-peer.js';
import { startSignaling, type StartedSignaling } from './signaling/signaling-process.js';
import { StandInPipeline } from './stand-in-pipeline.js';

/** A room's member with a viewer over WebSocket. */
interface SocketViewer {
  readonly member: MemberPeer;
  readonly memberId: string;
  readonly viewerId: string;
  readonly page: SocketViewerPeer;
}

describe('media over WebSocket', () => {
  let folder: string;
  let signaling: StartedSignaling;
  let pipeline: StandInPipeline;
  let fanOut: MediaProcess;
  let owner: FanOutOwner;
  let host: HostPeer;
  let viewers: SocketViewer[];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'share-space-media-socket-'));
    signaling = await startSignaling(join(folder, 'data'));
    const broadcastSocketPath = join(folder, 'broadcast');
    pipeline = await StandInPipeline.start(broadcastSocketPath);
    fanOut = await MediaProcess.fanOut({
      broadcastSocketPath,
      signalingUrl: signaling.url,
      bindAddress: '127.0.0.1',
    }).untilReady();
    owner = new FanOutOwner(fanOut);
    host = await HostPeer.run(signaling.url);
    for (const name of ['viewer:open', 'viewer:start', 'viewer:close'] as const) {
      host.answers.set(name, async (payload: FanOutRequests[typeof name]['payload']) =>
        ok((await owner.request(name, payload)) ?? {}),
      );
    }
  });

  beforeEach(() => {
    viewers = [];
  });

  afterEach(async () => {
    for (const { member, page } of viewers) {
      await member.ask('leave', {});
      member.close();
      page.close();
    }
    await pipeline.untilViewers(0);
  });

  after(async () => {
    host.close();
    await fanOut.stop();
    pipeline.close();
    await signaling.process.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const offerFor = async (member: MemberPeer): Promise<WebSocketOffer> => {
    const offer = unwrap<ViewerOffer>(await member.ask('viewer:open', { via: 'websocket' }));
    assert.ok(offer.via === 'websocket');
    return offer;
  };

  async function watch(name: string): Promise<SocketViewer> {
    const { peer: member, welcome } = await MemberPeer.join(signaling.url, name);
    const offer = await offerFor(member);
    const page = await SocketViewerPeer.open(signaling.url, offer);
    const { viewerId } = offer;
    const viewer = { member, memberId: welcome.memberId, viewerId, page };
    viewers.push(viewer);
    unwrap(await member.ask('viewer:start', { viewerId }));
    return viewer;
  }

  const texts = ({ page }: SocketViewer): string[] =>
    page.messages.map(({ payload }) => Buffer.from(payload).toString());

  it('brings a viewer the stream from its last key frame on, large messages whole', async () => {
    pipeline.publish({ kind: 'init' }, 'init');
    const ann = await watch('Ann');
    pipeline.picture(true, 300_000);
    pipeline.picture(false, 'delta');
    pipeline.publish({ track: 'audio' }, 'sound');
    await ann.page.changes.until('sound', () => texts(ann).includes('sound'));
    const [init, key, delta] = ann.page.messages;
    assert.equal(init?.kind, 'init');
    assert.deepEqual([key?.keyFrame, key?.payload.length], [true, 300_000]);
    assert.equal(delta?.keyFrame, false);
  });

  it('takes feedback and input back, and input of the controller alone', async () => {
    const [ann, bob] = [await watch('Ann'), await watch('Bob')];
    await owner.request('control:update', { controllerId: ann.memberId });
    pipeline.inputs.length = 0;
    bob.page.sendInput({ type: 'pointer', x: 1, y: 1, buttons: 0 });
    bob.page.sendFeedback({ type: 'ping', pageTimeMs: 7 });
    const [clock] = await bob.page.untilMessages('clock', 1, ({ kind }) => kind === 'clock');
    assert.equal(clock?.decodeTimeSeconds, 7);
    ann.page.sendInput({ type: 'pointer', x: 2, y: 2, buttons: 0 });
    await pipeline.changes.until('input', () => pipeline.inputs.length > 0);
    assert.deepEqual(pipeline.inputs, [{ type: 'pointer', x: 2, y: 2, buttons: 0 }]);
  });

  it('lets a page that reads nothing harm nobody, and goes on with it at a key frame', async function () {
    this.timeout(60_000);
    const [slow, quick] = [await watch('Slow'), await watch('Quick')];
    for (const { page } of [slow, quick]) page.sendFeedback({ type: 'quality', choice: 'main' });
    pipeline.picture(true, 'first');
    await slow.page.changes.until('picture', () => texts(slow).includes('first'));
    slow.page.sendFeedback({ type: 'ack', sequence: slow.page.messages.at(-1)?.sequence ?? 0 });
    slow.page.socket.pause();
    const before = pipeline.keyFrameRequests;
    // Far more than may be on the way to it.
    for (let count = 1; count <= 60; count += 1) {
      pipeline.picture(false, 60_000);
      const isLarge = ({ payload }: MediaMessage): boolean => payload.length === 60_000;
      const pictures = await quick.page.untilMessages('picture', count, isLarge);
      quick.page.sendFeedback({ type: 'ack', sequence: pictures.at(-1)?.sequence ?? 0 });
    }
    assert.ok(quick.page.messages.every(({ gap }) => !gap));
    slow.page.socket.resume();
    const acknowledge = (): void => {
      const { sequence = 0 } = slow.page.messages.at(-1) ?? {};
      slow.page.sendFeedback({ type: 'ack', sequence });
    };
    slow.page.socket.on('message', acknowledge);
    await pipeline.changes.until('key frame request', () => pipeline.keyFrameRequests > before);
    pipeline.picture(true, 'after');
    await slow.page.changes.until('picture', () => texts(slow).includes('after'));
    assert.ok(slow.page.messages.filter(({ payload }) => payload.length === 60_000).length < 60);
    assert.equal(slow.page.messages.at(-1)?.gap, true);
  });

  it('ends with the viewer, whoever ends it', async () => {
    const ann = await watch('Ann');
    unwrap(await ann.member.ask('viewer:close', { viewerId: ann.viewerId }));
    assert.equal(await ann.page.untilClosed(), 1000);

    const bob = await watch('Bob');
    await owner.request('viewer:close', { viewerId: bob.viewerId });
    assert.equal(await bob.page.untilClosed(), 1000);

    const eve = await watch('Eve');
    eve.page.close();
    await owner.changes.until('loss of the viewer', () => owner.lost.has(eve.viewerId));
  });

  it('refuses tokens that are wrong, used, or of the other side', async () => {
    const ann = await watch('Ann');
    const used = await offerFor(ann.member);
    (await SocketViewerPeer.open(signaling.url, used)).close();
    for (const token of [used.token, 'guess-guess', '']) {
      const thief = await SocketViewerPeer.open(signaling.url, { ...used, token });
      assert.equal(await thief.untilClosed(), 1008);
    }
    const malformed = await SocketViewerPeer.connect(signaling.url);
    malformed.socket.send('{"token":');
    assert.equal(await malformed.untilClosed(), 1008);
  });

  it('refuses pages of other origins, and media hosts without a token', async () => {
    await assert.rejects(SocketViewerPeer.connect(signaling.url, 'https://evil.example'), /403/);
    const lost = FanOutOwner.makeId();
    await owner.request('viewer:open', {
      viewerId: lost,
      memberId: FanOutOwner.makeId(),
      iceServers: [],
      mediaToken: 'no-such-token',
    });
    await owner.changes.until('loss of the viewer', () => owner.lost.has(lost));
    assert.match(owner.lost.get(lost) ?? '', /401/);
  });

  it('cuts off who says nothing, and who sends more than fits', async function () {
    const silent = await SocketViewerPeer.connect(signaling.url);
    const loud = await SocketViewerPeer.connect(signaling.url);
    loud.socket.send(Buffer.alloc(64 * 1024));
    assert.equal(await loud.untilClosed(), 1009);
    assert.equal(await silent.untilClosed(), 1006);
  });

  it('leaves Socket.IO and other upgrades alone', async () => {
    const { peer } = await MemberPeer.join(signaling.url, 'Ann');
    peer.close();
    await assert.rejects(SocketViewerPeer.connect(`${signaling.url}/elsewhere`));
  });

  it('replaces the viewer a member watches when the next one starts, not before', async () => {
    const ann = await watch('Ann');
    const offer = await offerFor(ann.member);
    const next = await SocketViewerPeer.open(signaling.url, offer);
    pipeline.picture(true, 'for the first');
    await ann.page.changes.until('picture', () => texts(ann).includes('for the first'));
    unwrap(await ann.member.ask('viewer:start', { viewerId: offer.viewerId }));
    assert.equal(await ann.page.untilClosed(), 1000);
    await next.changes.until('picture', () => next.messages.some(({ keyFrame }) => keyFrame));
    next.close();
  });
});
