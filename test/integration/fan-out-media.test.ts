import assert from 'node:assert/strict';

import { after, afterEach, before, beforeEach, it } from 'mocha';
import ndc from 'node-datachannel';

import type { MediaMessage } from '../../signaling/protocol/media-message.js';
import { ageMs, readBarcode } from '../tools/barcode.js';
import { decodeVideo, mp4Of } from '../tools/decode-video.js';
import { eventually } from '../tools/eventually.js';
import { FanOutOwner } from '../tools/fan-out-owner.js';
import type { MediaProcess } from '../tools/media-process.js';
import { MediaRoom, screenSize } from '../tools/media-room.js';
import type { Painter } from '../tools/painter/painter.js';
import { describeWith } from '../tools/requirements.js';
import { BeepPlayer } from '../tools/sound/beep-player.js';
import { decodeSound } from '../tools/sound/opus-sound.js';
import { ViewerPeer } from '../tools/viewer-peer.js';
import type { XDisplay } from '../tools/x-display.js';

/** Bit of the left button among what the X server says is down. */
const leftButtonDown = 1 << 8;
/** Bit of the modifier Shift among the same. */
const shiftDown = 1;
const leftShift = 0xffe1;

describeWith(['Xvnc', 'pulseaudio', 'ffmpeg'], 'pipeline and fan-out together', () => {
  let room: MediaRoom;
  let painter: Painter;
  let display: XDisplay;
  let pipeline: MediaProcess;
  let owner: FanOutOwner;
  let viewer: ViewerPeer;

  before(async () => {
    room = await MediaRoom.open();
    painter = await room.startPainter();
    display = await room.connect();
    pipeline = await room.startPipeline();
    owner = new FanOutOwner(await room.startFanOut());
  });

  beforeEach(async () => {
    viewer = await ViewerPeer.open(owner);
    await viewer.start();
    await viewer.openSend();
    // Also on a machine so busy that this viewer lags: its pictures are decoded as one stream.
    viewer.sendFeedback({ type: 'quality', choice: 'main' });
  });

  afterEach(() => viewer.leave());

  after(async () => {
    await room.close();
    ndc.cleanup();
  });

  const isPicture = ({ kind, track }: MediaMessage): boolean =>
    kind === 'fragment' && track === 'video';

  /** Decodes pictures; gives the barcode of each. */
  async function stampsOf(pictures: readonly MediaMessage[]): Promise<(number | null)[]> {
    const init = viewer.messages.findLast(
      ({ kind, track }) => kind === 'init' && track === 'video',
    );
    assert.ok(init);
    const { frames, complaints } = await decodeVideo(mp4Of(init, pictures), screenSize);
    assert.equal(complaints, '');
    return frames.map((frame) => readBarcode(frame));
  }

  it('bring the painted pattern to a viewer', async () => {
    await painter.show('busy');
    const pictures = await viewer.untilMessages('60 pictures', 60, isPicture);
    const stamps = await stampsOf(pictures);
    assert.equal(stamps.length, pictures.length);
    assert.ok(!stamps.includes(null));
    const ages = stamps.map((stamp) => ageMs(stamp ?? 0, Date.now()));
    assert.deepEqual(
      ages,
      ages.toSorted((a, b) => b - a),
      'in the order they were painted',
    );
  });

  it('bring what is played to a viewer', async () => {
    const player = new BeepPlayer(room.pulse);
    try {
      const isSound = ({ kind, track }: MediaMessage): boolean =>
        kind === 'fragment' && track === 'audio';
      const fragments = await viewer.untilMessages('sound of 2.5 s', 250, isSound);
      const { onsetsMs } = await decodeSound(fragments);
      assert.ok(onsetsMs.length >= 1, 'a beep is heard');
    } finally {
      await player.stop();
    }
  });

  it('move the mouse for who has control, and for nobody else', async () => {
    await owner.request('control:update', { controllerId: FanOutOwner.makeId() });
    viewer.sendInput({ type: 'pointer', x: 11, y: 12, buttons: 0 });
    viewer.sendFeedback({ type: 'ping', pageTimeMs: 0 });
    await viewer.untilMessages('clock', 1, ({ kind }) => kind === 'clock');
    await owner.request('control:update', { controllerId: viewer.memberId });
    viewer.sendInput({ type: 'pointer', x: 21, y: 22, buttons: 0 });
    const places: string[] = [];
    await eventually('pointer at 21,22', async () => {
      const { rootX, rootY } = await display.pointer();
      places.push(`${rootX},${rootY}`);
      return rootX === 21 && rootY === 22;
    });
    assert.ok(!places.includes('11,12'));
  });

  it('let go of a button that a former controller held', async () => {
    const isDown = async (): Promise<boolean> =>
      ((await display.pointer()).keyMask & leftButtonDown) !== 0;
    await owner.request('control:update', { controllerId: viewer.memberId });
    viewer.sendInput({ type: 'pointer', x: 30, y: 30, buttons: 1 });
    await eventually('button that is down', isDown);
    await owner.request('control:update', { controllerId: null });
    await eventually('button that is up', async () => !(await isDown()));
  });

  it('keep down what the controller holds when another fan-out of the room dies', async () => {
    const other = new FanOutOwner(await room.startFanOut());
    const stranger = await ViewerPeer.open(other);
    await owner.request('control:update', { controllerId: viewer.memberId });
    viewer.sendInput({ type: 'key', keysym: leftShift, down: true });
    const isDown = async (): Promise<boolean> =>
      ((await display.pointer()).keyMask & shiftDown) !== 0;
    await eventually('key that is down', isDown);
    stranger.vanish();
    other.process.child.kill('SIGKILL');
    await other.process.untilExit();
    await pipeline.untilLogged(/subscriber lost/);
    // Comes after all that the loss led to.
    viewer.sendInput({ type: 'pointer', x: 31, y: 31, buttons: 0 });
    await eventually('pointer at 31,31', async () => (await display.pointer()).rootX === 31);
    assert.ok(await isDown());
    await owner.request('control:update', { controllerId: null });
    await eventually('key that is up', async () => !(await isDown()));
  });

  it('go on for the same viewer when the pipeline is killed and another started', async () => {
    await painter.show('busy');
    await viewer.untilMessages('picture', 1, isPicture);
    pipeline.child.kill('SIGKILL');
    await pipeline.untilExit();
    viewer.messages.length = 0;
    pipeline = await room.startPipeline();
    const pictures = await viewer.untilMessages('30 pictures', 30, isPicture);
    assert.equal(pictures[0]?.keyFrame, true);
    assert.ok(!(await stampsOf(pictures)).includes(null));
  });
});
