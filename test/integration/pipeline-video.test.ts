import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';

import { after, afterEach, before, beforeEach, it } from 'mocha';

import { frameOf } from '../../media-host/pipeline/broadcast/framing.js';
import { readBarcode } from '../tools/barcode.js';
import type { BroadcastRecorder } from '../tools/broadcast-recorder.js';
import { decodeVideo, mp4Of, probePackets } from '../tools/decode-video.js';
import { eventually } from '../tools/eventually.js';
import { lumaOf } from '../tools/luma.js';
import type { MediaProcess } from '../tools/media-process.js';
import { MediaRoom, screenSize } from '../tools/media-room.js';
import { readFragment } from '../tools/mp4-boxes.js';
import type { Painter } from '../tools/painter/painter.js';
import { describeWith } from '../tools/requirements.js';
import { ssim } from '../tools/ssim.js';
import { median } from '../tools/statistics.js';

/** A picture that is not encoded again for so long has come to rest. */
const quietMs = 400;
const programs = ['Xvnc', 'pulseaudio', 'ffmpeg'];

describeWith(programs, 'a pipeline on a real display', () => {
  let room: MediaRoom;
  let painter: Painter;
  let pipeline: MediaProcess;
  let recorder: BroadcastRecorder;

  before(async () => {
    room = await MediaRoom.open();
    painter = await room.startPainter();
    pipeline = await room.startPipeline();
  });

  beforeEach(() => {
    recorder = room.record();
  });

  afterEach(async () => {
    await recorder.watch(0);
    recorder.close();
  });

  after(() => room.close());

  /** Paints one still picture and waits until it is encoded as well as it will be. */
  async function comeToRest(): Promise<number> {
    const stamp = await painter.hold('busy');
    await recorder.changes.rest(quietMs);
    return stamp;
  }

  it('sends an init segment and a key frame first, then pictures that decode to what is painted', async () => {
    await painter.show('busy');
    await recorder.watch(1);
    const [first] = await recorder.untilFragments('video', 60);
    assert.equal(first?.keyFrame, true);
    assert.ok(recorder.messages.indexOf(recorder.init('video')) < recorder.messages.indexOf(first));
    const stamp = await comeToRest();

    const fragments = recorder.fragments('video');
    const { frames, complaints } = await decodeVideo(
      mp4Of(recorder.init('video'), fragments),
      screenSize,
    );
    assert.equal(complaints, '');
    assert.equal(frames.length, fragments.length);
    const seen = frames.map((frame) => readBarcode(frame));
    assert.ok(!seen.includes(null), 'every frame carries a barcode that can be read');
    assert.equal(seen.at(-1), stamp);

    const painted = await (await room.connect()).grab();
    const likeness = ssim(lumaOf(frames.at(-1)!), lumaOf(painted));
    assert.ok(likeness > 0.95, `SSIM ${likeness}`);
  });

  it('makes a stream without holes, whose times FFmpeg reads without complaint', async () => {
    await painter.show('busy');
    await recorder.watch(1);
    await recorder.untilFragments('video', 30);
    const fragments = recorder.fragments('video');
    const { packets, complaints } = await probePackets(mp4Of(recorder.init('video'), fragments));
    assert.equal(complaints, '');
    assert.equal(packets.length, fragments.length);
    packets.forEach(({ pts, isKey }, at) => {
      assert.equal(pts, (packets[0]?.pts ?? NaN) + at * 1000);
      assert.equal(isKey, fragments[at]?.keyFrame);
    });
    fragments.forEach(({ sequence, payload }, at) => {
      assert.equal(sequence, (fragments[0]?.sequence ?? NaN) + at);
      assert.equal(readFragment(payload).duration, 1000);
    });
  });

  it('stamps each picture with the time it was on the screen', async () => {
    await painter.show('busy', 10);
    await recorder.watch(1);
    const fragments = await recorder.untilFragments('video', 20);
    const init = recorder.init('video');
    const { frames } = await decodeVideo(mp4Of(init, fragments), screenSize);
    const stamps = frames.map((frame) => readBarcode(frame));
    // A picture that stands for a while is encoded several times, to refine it: its first time counts.
    const agesMs = stamps.flatMap((stamp, at) =>
      stamp === null || stamp === stamps[at - 1]
        ? []
        : [(fragments[at]!.captureTimeMs % 2 ** 32) - stamp],
    );
    assert.ok(agesMs.length >= 5);
    // The stamp is of the moment before the server is asked; a busy one may draw before it answers.
    for (const age of agesMs)
      assert.ok(age > -100 && age < 150, `captured ${age} ms after painting`);
    const typical = median(agesMs);
    assert.ok(typical > -5 && typical < 40, `captured ${typical} ms after painting`);
  });

  it('encodes nothing while nobody watches', async () => {
    await recorder.watch(1);
    await comeToRest();
    const last = recorder.fragments('video').at(-1)?.sequence ?? NaN;
    await recorder.watch(0);
    recorder.forget();
    for (let at = 0; at < 10; at += 1) await painter.hold('busy');
    await recorder.watch(1);
    const [next] = await recorder.untilFragments('video', 1);
    // No picture between the two viewers, and the second one starts with a key frame.
    assert.deepEqual([next?.sequence, next?.keyFrame], [last + 1, true]);
  });

  it('stops encoding a screen that stands still, and goes on when it changes', async () => {
    await recorder.watch(1);
    await comeToRest();
    recorder.forget();
    await recorder.changes.rest(3 * quietMs);
    assert.deepEqual(recorder.fragments('video'), []);
    await painter.hold('busy');
    await recorder.untilFragments('video', 1);
  });

  it('makes one key frame for any number of requests, also on a screen that stands still', async () => {
    await recorder.watch(1);
    await comeToRest();
    recorder.forget();
    for (let viewer = 0; viewer < 20; viewer += 1)
      recorder.send({ type: 'key-frame', rendition: 'main' });
    await recorder.untilFragments('video', 1, ({ keyFrame }) => keyFrame);
    await recorder.changes.rest(3 * quietMs);
    const keyFrames = recorder.fragments('video').filter(({ keyFrame }) => keyFrame);
    assert.equal(keyFrames.length, 1);
  });

  it('gives a newcomer what it needs to start at once', async () => {
    await recorder.watch(1);
    const stamp = await comeToRest();
    const newcomer = room.record();
    const [key] = await newcomer.untilFragments('video', 1);
    assert.equal(key?.keyFrame, true);
    await newcomer.changes.rest(quietMs);
    const { frames, complaints } = await decodeVideo(
      mp4Of(newcomer.init('video'), newcomer.fragments('video')),
      screenSize,
    );
    assert.equal(complaints, '');
    assert.equal(readBarcode(frames.at(-1)!), stamp);
    const kinds = newcomer.messages.map(({ kind, track }) => `${kind} ${track}`);
    for (const wanted of ['init video', 'init audio', 'cursor none', 'pointer none']) {
      assert.ok(kinds.includes(wanted), `no ${wanted} among ${kinds.join(', ')}`);
    }
  });

  it('moves the mouse and tells where it is', async () => {
    const direct = await room.connect();
    await recorder.watch(1);
    recorder.send({ type: 'input', input: { type: 'pointer', x: 123, y: 45, buttons: 0 } });
    await recorder.changes.until('pointer message of the new place', () =>
      recorder.messages.some(
        ({ kind, payload }) => kind === 'pointer' && Buffer.from(payload).readUInt16LE(0) === 123,
      ),
    );
    await eventually('pointer at 123,45', async () => {
      const { rootX, rootY } = await direct.pointer();
      return rootX === 123 && rootY === 45;
    });
  });

  it('cuts off a subscriber that sends what is no message, and serves the others', async () => {
    await recorder.watch(1);
    for (const rubbish of [
      '{',
      '{"type":"viewers","count":-1}',
      '{"type":"exit"}',
      '"'.repeat(9000),
    ]) {
      const socket = connect(recorder.socketPath);
      socket.on('data', () => undefined);
      socket.write(frameOf(Buffer.from(rubbish)));
      await once(socket, 'close');
    }
    await painter.hold('busy');
    await recorder.untilFragments('video', 1);
    assert.equal(pipeline.hasEnded, false);
  });
});

describeWith(programs, 'a pipeline whose display', () => {
  let room: MediaRoom;

  beforeEach(async () => {
    room = await MediaRoom.open();
  });

  afterEach(() => room.close());

  it('dies ends with an error that says so', async () => {
    const pipeline = await room.startPipeline();
    const recorder = room.record();
    await recorder.watch(1);
    await recorder.untilFragments('video', 1);
    room.display.kill();
    assert.equal(await pipeline.untilExit(), 1);
    const { level, msg } = pipeline.log.at(-1) ?? {};
    assert.match(msg ?? '', /^(display|input) lost$/);
    assert.equal(level, 50);
    assert.equal(pipeline.stderr, '');
  });

  it('is not there ends with an error that says so', async () => {
    await room.display.stop();
    await assert.rejects(room.startPipeline(), /pipeline ended.*display not reachable/);
  });
});
