import assert from 'node:assert/strict';

import { afterEach, beforeEach, describe, it } from 'mocha';

import {
  ViewerSupervisor,
  type SupervisedViewer,
} from '../../../client/src/session/viewer-supervisor.js';
import type { MediaMessage } from '../../../signaling/protocol/media-message.js';
import type { ViewerPath } from '../../../signaling/protocol/transport.js';

import { useFakeWindow } from './fake-window.js';

type Events = Parameters<ConstructorParameters<typeof ViewerSupervisor>[0]['makeViewer']>[1];

const message = (kind: MediaMessage['kind'], keyFrame = false): MediaMessage => ({
  kind,
  track: kind === 'cursor' ? 'none' : 'video',
  keyFrame,
  gap: false,
  sequence: 0,
  captureTimeMs: 0,
  decodeTimeSeconds: 0,
  durationUs: 0,
  payload: new Uint8Array(0),
  rendition: 'main',
});

/** A viewer that opens, plays and is lost when the test says so. */
class FakeViewer implements SupervisedViewer {
  readonly viewerId: string;
  isStarted = false;
  isClosed = false;
  checks = 0;
  #opened: (() => void) | null = null;

  constructor(
    readonly via: ViewerPath,
    readonly events: Events,
    count: number,
  ) {
    this.viewerId = `${via}-${count}`;
  }

  open(): Promise<void> {
    return new Promise((resolve) => (this.#opened = resolve));
  }

  start(): Promise<void> {
    this.isStarted = true;
    return Promise.resolve();
  }

  check(): void {
    this.checks += 1;
  }

  lose(why: string): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.events.onLost(why);
  }

  close(): void {
    this.isClosed = true;
  }

  /** Its channels open. */
  async finishOpening(): Promise<void> {
    this.#opened?.();
    await Promise.resolve();
    await Promise.resolve();
  }

  /** Opens, and its first picture comes. */
  async play(): Promise<void> {
    await this.finishOpening();
    this.events.onMessage(message('init'));
    this.events.onMessage(message('fragment', true));
  }
}

describe('the supervisor of a page’s viewers', () => {
  const clock = useFakeWindow();
  let made: FakeViewer[];
  let heard: MediaMessage[];
  let switches: string[];
  let interruptions: number;
  let blocked: number;
  let canOpen: boolean;
  let supervisor: ViewerSupervisor;

  const supervise = (ways: ViewerPath[]): ViewerSupervisor =>
    new ViewerSupervisor(
      {
        ways,
        canOpen: () => canOpen,
        makeViewer: (via, events) => {
          const viewer = new FakeViewer(via, events, made.length);
          made.push(viewer);
          return viewer;
        },
        onSwitch: ({ viewerId }) => switches.push(viewerId ?? ''),
        onMessage: (one) => heard.push(one),
        onInterrupted: () => (interruptions += 1),
        onBlocked: () => (blocked += 1),
      },
      () => clock.now(),
    );

  beforeEach(() => {
    made = [];
    heard = [];
    switches = [];
    interruptions = 0;
    blocked = 0;
    canOpen = true;
    supervisor = supervise(['webrtc', 'websocket']);
  });

  afterEach(() => supervisor.close());

  const ways = (): ViewerPath[] => made.map(({ via }) => via);
  const newest = (): FakeViewer => made.at(-1)!;

  /** A page that watches over data channels, for long enough. */
  async function watching(): Promise<FakeViewer> {
    supervisor.open();
    const [viewer] = made;
    await viewer!.play();
    clock.advance(10_000);
    return viewer!;
  }

  /** A page to which data channels never opened. */
  async function watchingOverWebSocket(): Promise<FakeViewer> {
    supervisor.open();
    clock.advance(2000);
    await made[1]!.play();
    made[0]!.lose('it took too long');
    return made[1]!;
  }

  it('tries data channels alone while they have their head start', async () => {
    await watching();
    assert.deepEqual(ways(), ['webrtc']);
    assert.deepEqual(
      heard.map(({ kind }) => kind),
      ['init', 'fragment'],
    );
  });

  it('tries a WebSocket beside data channels that are not open after two seconds', async () => {
    supervisor.open();
    clock.advance(1999);
    assert.deepEqual(ways(), ['webrtc']);
    clock.advance(1);
    assert.deepEqual(ways(), ['webrtc', 'websocket']);
    await newest().play();
    assert.deepEqual(switches, ['websocket-1']);
    assert.equal(made[0]!.isClosed, false, 'data channels may open yet');
  });

  it('does not wait for the end of a head start that led nowhere', () => {
    supervisor.open();
    newest().lose('refused');
    assert.deepEqual(ways(), ['webrtc', 'websocket']);
  });

  it('gives the WebSocket up when data channels open first', async () => {
    supervisor.open();
    clock.advance(2000);
    await made[0]!.play();
    assert.equal(made[1]!.isClosed, true);
    await made[1]!.finishOpening();
    assert.equal(made[1]!.isStarted, false);
  });

  it('moves to data channels that open late, and keeps the picture until theirs is there', async () => {
    supervisor.open();
    clock.advance(2000);
    const [late, quick] = made;
    await quick!.play();
    await late!.finishOpening();
    assert.deepEqual([late!.isStarted, quick!.isClosed], [true, false]);
    quick!.events.onMessage(message('fragment'));
    late!.events.onMessage(message('init'));
    assert.equal(supervisor.current, quick);
    late!.events.onMessage(message('fragment', true));
    assert.equal(supervisor.current, late);
    assert.equal(quick!.isClosed, true);
    assert.equal(interruptions, 0);
  });

  it('goes to WebSocket at once where UDP was blocked before', async () => {
    const viewer = await watchingOverWebSocket();
    clock.advance(5000);
    viewer.lose('socket closed');
    assert.deepEqual(ways().slice(2), ['websocket']);
    assert.equal(interruptions, 1);
  });

  it('tries data channels again after 10, 20, 40 and then every 60 seconds', async () => {
    await watchingOverWebSocket();
    for (const seconds of [10, 20, 40, 60, 60]) {
      const before = made.length;
      clock.advance(seconds * 1000 - 1);
      assert.equal(made.length, before);
      clock.advance(1);
      assert.deepEqual(ways().slice(before), ['webrtc']);
      newest().lose('it took too long');
    }
    assert.equal(interruptions, 0);
    await (clock.advance(60_000), newest().play());
    assert.equal(supervisor.current?.via, 'webrtc');
    clock.advance(300_000);
    assert.equal(supervisor.current, newest(), 'nothing is left to try');
  });

  it('tries data channels again at once in another network', async () => {
    await watchingOverWebSocket();
    const before = made.length;
    supervisor.networkChanged();
    assert.deepEqual(ways().slice(before), ['webrtc', 'websocket']);
    assert.equal(made[1]!.checks, 1);
    assert.equal(made[1]!.isClosed, false);
  });

  it('replaces a viewer in doubt only when the next one’s picture is there', async () => {
    const first = await watching();
    first.events.onDoubt();
    first.events.onDoubt();
    assert.deepEqual(ways(), ['webrtc', 'webrtc']);
    await newest().finishOpening();
    assert.equal(first.isClosed, false);
    // The media host ends the one before when the next begins; no interruption, nobody is told.
    first.lose('replaced');
    assert.equal(interruptions, 0);
    newest().events.onMessage(message('fragment', true));
    assert.equal(supervisor.current, newest());
  });

  it('keeps trying to replace a viewer that was to be renewed', async () => {
    const first = await watching();
    supervisor.renew();
    newest().lose('refused');
    newest().lose('refused');
    clock.advance(250);
    assert.equal(made.length, 4);
    assert.equal(first.isClosed, false);
  });

  it('waits 250 ms to 2 s between tries, and says when every way was in vain', () => {
    supervisor.open();
    const rounds: number[] = [];
    for (const delayMs of [250, 500, 1000, 2000, 2000]) {
      newest().lose('refused');
      newest().lose('refused');
      made.filter(({ isClosed }) => !isClosed).forEach((viewer) => viewer.lose('refused'));
      const before = made.length;
      clock.advance(delayMs - 1);
      assert.equal(made.length, before);
      clock.advance(1);
      assert.equal(made.length, before + 1);
      rounds.push(blocked);
    }
    assert.deepEqual(rounds, [1, 2, 3, 4, 5]);
  });

  it('opens nothing while it cannot, and at once when it can', () => {
    canOpen = false;
    supervisor.open();
    clock.advance(10_000);
    assert.deepEqual(made, []);
    canOpen = true;
    supervisor.open();
    assert.deepEqual(ways(), ['webrtc']);
  });

  it('opens the next viewer at once when one is lost, and in no hurry when that was brief', async () => {
    const first = await watching();
    first.lose('nothing comes any more');
    assert.equal(made.length, 2);
    await newest().play();
    newest().lose('nothing comes any more');
    assert.equal(made.length, 2);
    clock.advance(250);
    assert.equal(made.length, 3);
  });

  it('knows WebSocket alone in a browser without WebRTC', async () => {
    supervisor = supervise(['websocket']);
    supervisor.open();
    await newest().play();
    clock.advance(600_000);
    assert.deepEqual(ways(), ['websocket']);
  });

  it('ends everything, and leaves no timer behind', async () => {
    await watchingOverWebSocket();
    clock.advance(10_000);
    supervisor.close();
    assert.ok(made.every(({ isClosed }) => isClosed));
    const before = made.length;
    clock.advance(600_000);
    assert.equal(made.length, before);
  });
});
