import assert from 'node:assert/strict';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { after, afterEach, beforeEach, describe, it } from 'mocha';
import ndc from 'node-datachannel';
import pino from 'pino';

import { serviceIdentity } from '../../media-host/desktop/room-identities.js';
import { idleTimeoutMs, RoomFanOuts } from '../../media-host/host/room-fan-outs.js';
import { fanOutProcess } from '../../media-host/host/room-processes.js';
import type { FanOutRequests } from '../../media-host/supervision/child-ipc.js';
import type { RequestHandlers } from '../../media-host/supervision/ipc.js';
import type { ViewerCloseReason } from '../../signaling/protocol/room.js';
import type { Input } from '../../signaling/protocol/viewer-messages.js';
import { Changes } from '../tools/changes.js';
import { ViewerPeer, type ViewerOwner } from '../tools/viewer-peer.js';
import { FakeClock } from '../unit/fake-clock.js';

import { StandInPipeline } from './stand-in-pipeline.js';

const room = {
  roomId: 'lobby',
  size: { width: 640, height: 480 },
  framesPerSecond: 30,
  videoBitrateKbps: 4000,
  videoBitrateMinKbps: 500,
};
const network = {
  bindAddress: '127.0.0.1',
  portRange: null,
  viewersPerFanOut: 2,
  signalingUrl: 'http://127.0.0.1:9',
};
const move = (x: number): Input => ({ type: 'pointer', x, y: 0, buttons: 0 });

/** Opens viewers as the signaling service does, whatever process they come to be in. */
class RoomOwner implements ViewerOwner {
  readonly changes = new Changes();
  readonly lost = new Map<string, ViewerCloseReason>();
  readonly #onCandidate = new Map<string, (line: string) => void>();
  readonly #handlers: RequestHandlers<FanOutRequests>;

  constructor(fanOuts: RoomFanOuts) {
    this.#handlers = {
      'viewer:open': (request) => fanOuts.openViewer(request),
      'viewer:start': ({ viewerId }) => fanOuts.startViewer(viewerId).then(() => null),
      'viewer:close': ({ viewerId }) => fanOuts.closeViewer(viewerId).then(() => null),
      'transport:open': (request) => fanOuts.request('transport:open', request),
      'transport:connect': (request) => fanOuts.request('transport:connect', request),
      'transport:candidate': (request) => fanOuts.request('transport:candidate', request),
      'data:produce': (request) => fanOuts.request('data:produce', request),
      'check:open': (request) => fanOuts.requestCheck('check:open', request),
      'check:connect': (request) => fanOuts.requestCheck('check:connect', request),
      'check:candidate': (request) => fanOuts.requestCheck('check:candidate', request),
      'check:close': (request) => fanOuts.requestCheck('check:close', request),
      'control:update': ({ controllerId }) => {
        fanOuts.setController(controllerId);
        return null;
      },
    };
    fanOuts.on('viewerClosed', (viewerId, reason) => {
      this.lost.set(viewerId, reason);
      this.changes.notify();
    });
    fanOuts.on('candidate', ({ transportId, candidate }) =>
      this.#onCandidate.get(transportId)?.(candidate),
    );
    fanOuts.on('running', () => this.changes.notify());
  }

  async request<Name extends keyof FanOutRequests>(
    name: Name,
    payload: FanOutRequests[Name]['payload'],
  ): Promise<FanOutRequests[Name]['answer']> {
    return this.#handlers[name](payload);
  }

  onCandidate(transportId: string, listener: (line: string) => void): void {
    this.#onCandidate.set(transportId, listener);
  }
}

describe('the fan-out processes of a room', () => {
  let folder: string;
  let pipeline: StandInPipeline;
  let clock: FakeClock;
  let fanOuts: RoomFanOuts;
  let owner: RoomOwner;
  let viewers: ViewerPeer[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'share-space-fan-outs-'));
    const socketPath = join(folder, 'broadcast');
    pipeline = await StandInPipeline.start(socketPath);
    const user = serviceIdentity();
    // Who the processes become when root starts them.
    if (user)
      await Promise.all([folder, socketPath].map((path) => chown(path, user.uid, user.gid)));
    clock = new FakeClock();
    const logger = pino({ level: 'silent' });
    const endpoints = {
      display: ':0',
      xauthorityPath: join(folder, 'xauthority'),
      rfbSocketPath: '',
      pulseSocketPath: '',
      pulseCookiePath: '',
      monitorSource: '',
    };
    fanOuts = new RoomFanOuts({
      makeProcess: () => fanOutProcess(room, endpoints, network, logger),
      viewersPerFanOut: network.viewersPerFanOut,
      logger,
      clock,
    });
    owner = new RoomOwner(fanOuts);
    viewers = [];
    fanOuts.start();
    pipeline.picture(true, 'key');
  });

  afterEach(async () => {
    await fanOuts.stop();
    for (const viewer of viewers) viewer.vanish();
    pipeline.close();
    await rm(folder, { recursive: true, force: true });
  });

  after(() => ndc.cleanup());

  async function enter(memberId?: string): Promise<ViewerPeer> {
    const viewer = await ViewerPeer.open(owner, memberId);
    viewers.push(viewer);
    await viewer.start();
    await viewer.openSend();
    return viewer;
  }

  async function leave(viewer: ViewerPeer): Promise<void> {
    viewers = viewers.filter((other) => other !== viewer);
    await viewer.leave();
  }

  const loads = (): number[] => fanOuts.processes.map(({ viewerCount }) => viewerCount);

  /** Three viewers: two in the first process, the third in the next. */
  async function joinThree(): Promise<[ViewerPeer, ViewerPeer, ViewerPeer]> {
    const three: [ViewerPeer, ViewerPeer, ViewerPeer] = [
      await enter(),
      await enter(),
      await enter(),
    ];
    assert.deepEqual(loads(), [2, 1]);
    return three;
  }

  const text = (viewer: ViewerPeer): string =>
    viewer.messages.map(({ payload }) => Buffer.from(payload).toString()).join();

  async function assertGets(viewer: ViewerPeer, picture: string): Promise<void> {
    await viewer.changes.until(picture, () => text(viewer).includes(picture));
  }

  it('are as many as the viewers need, and all feed the same broadcast', async () => {
    const three = await joinThree();
    await pipeline.untilViewers(3);
    pipeline.picture(true, 'for all');
    await Promise.all(three.map((viewer) => assertGets(viewer, 'for all')));
  });

  it('lose only the viewers of the one that is killed, which come back elsewhere', async () => {
    const [ann, bob, cleo] = await joinThree();
    const [first] = fanOuts.processes;
    process.kill(first?.pid ?? NaN, 'SIGKILL');
    await owner.changes.until('loss of two viewers', () => owner.lost.size === 2);
    assert.deepEqual(
      [ann, bob, cleo].map(({ viewerId }) => owner.lost.get(viewerId)),
      ['fan-out-restarted', 'fan-out-restarted', undefined],
    );
    pipeline.picture(false, 'still here');
    await assertGets(cleo, 'still here');
    const again = await enter(ann.memberId);
    assert.deepEqual(loads(), [0, 2]);
    pipeline.picture(true, 'here again');
    await assertGets(again, 'here again');
    await owner.changes.until('restart', () =>
      fanOuts.processes.every(({ isRunning }) => isRunning),
    );
  });

  it('keep one viewer of a member, whichever process the one before is in', async () => {
    const [ann, bob, cleo] = await joinThree();
    await leave(bob);
    assert.deepEqual(loads(), [1, 1]);
    const next = await enter(cleo.memberId);
    assert.deepEqual(loads(), [2, 0]);
    assert.equal(owner.lost.get(cleo.viewerId), 'closed');
    await cleo.changes.until('end of the earlier one', () => cleo.closedChannels === 2);
    await pipeline.untilViewers(2);
    pipeline.picture(true, 'moved');
    await Promise.all([ann, next].map((viewer) => assertGets(viewer, 'moved')));
  });

  it('pass on the controller’s input alone, in whatever process the controller is', async () => {
    const [ann, , cleo] = await joinThree();
    const inputs = (): Input[] => pipeline.inputs.filter(({ type }) => type === 'pointer');
    fanOuts.setController(cleo.memberId);
    cleo.sendInput(move(1));
    await pipeline.changes.until('input', () => inputs().length === 1);
    fanOuts.setController(ann.memberId);
    cleo.sendInput(move(2));
    cleo.sendFeedback({ type: 'ping', pageTimeMs: 0 });
    await cleo.untilMessages('clock', 1, ({ kind }) => kind === 'clock');
    ann.sendInput(move(3));
    await pipeline.changes.until('input', () => inputs().length === 2);
    assert.deepEqual(inputs(), [move(1), move(3)]);
  });

  it('tell one that is restarted who has control', async () => {
    const [, , cleo] = await joinThree();
    fanOuts.setController(cleo.memberId);
    process.kill(fanOuts.processes[1]?.pid ?? NaN, 'SIGKILL');
    await owner.changes.until('loss', () => owner.lost.has(cleo.viewerId));
    await owner.changes.until('restart', () => fanOuts.processes[1]?.isRunning === true);
    const again = await enter(cleo.memberId);
    assert.deepEqual(loads(), [2, 1]);
    again.sendInput(move(5));
    await pipeline.changes.until('input', () =>
      pipeline.inputs.some((input) => input.type === 'pointer' && input.x === 5),
    );
  });

  it('let a surplus one go after a while', async () => {
    const [, bob, cleo] = await joinThree();
    await leave(bob);
    await leave(cleo);
    assert.deepEqual(loads(), [1, 0]);
    const surplusPid = fanOuts.processes[1]?.pid;
    clock.advance(idleTimeoutMs - 1);
    assert.equal(fanOuts.processes.length, 2);
    clock.advance(1);
    assert.equal(fanOuts.processes.length, 1);
    assert.notEqual(fanOuts.processes[0]?.pid, surplusPid);
    await pipeline.untilViewers(1);
  });

  it('refuse nobody while one starts: newcomers at once are shared among all', async () => {
    const five = await Promise.all(Array.from({ length: 5 }, () => enter()));
    await pipeline.untilViewers(5);
    assert.deepEqual(loads().toSorted(), [1, 2, 2]);
    assert.ok(five.every(({ viewerId }) => !owner.lost.has(viewerId)));
  });
});
