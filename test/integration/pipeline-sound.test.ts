import assert from 'node:assert/strict';

import { afterEach, beforeEach, it } from 'mocha';

import type { BroadcastRecorder } from '../tools/broadcast-recorder.js';
import { mp4Of, probePackets } from '../tools/decode-video.js';
import type { MediaProcess } from '../tools/media-process.js';
import { MediaRoom } from '../tools/media-room.js';
import { readFragment } from '../tools/mp4-boxes.js';
import { describeWith } from '../tools/requirements.js';
import { decodeAac } from '../tools/sound/aac-sound.js';
import { BeepPlayer } from '../tools/sound/beep-player.js';
import { beep, sampleRateHz, toneLevels } from '../tools/sound/beeps.js';
import { MonitorRecorder } from '../tools/sound/monitor-recorder.js';
import { decodeSound } from '../tools/sound/opus-sound.js';
import { median } from '../tools/statistics.js';

/** Packets of 10 ms: what is sent of silence ends after half a second of it. */
const quietMs = 700;
const humFrequencyHz = 220;
/** A stamp may be off by what the sound server hands over at once, and by a busy machine. */
const maxSkewMs = 60;

describeWith(['Xvnc', 'pulseaudio', 'ffmpeg'], 'a pipeline’s sound', () => {
  let room: MediaRoom;
  let pipeline: MediaProcess;
  let recorder: BroadcastRecorder;
  let player: BeepPlayer | null;

  beforeEach(async () => {
    player = null;
    room = await MediaRoom.open();
    pipeline = await room.startPipeline();
    recorder = room.record();
    await recorder.watch(1);
  });

  afterEach(async () => {
    await player?.stop();
    await room.close();
  });

  it('is what the desktop plays, as Opus, stamped with the time it was played', async () => {
    const ears = new MonitorRecorder(room.pulse);
    player = new BeepPlayer(room.pulse);
    const fragments = await recorder.untilFragments('audio', 250);
    await ears.until(({ onsets }) => onsets.length >= 2, 10_000);
    await ears.stop();

    const { samples, onsetsMs } = await decodeSound(fragments);
    assert.equal(samples.length, fragments.length * (sampleRateHz / 100));
    const hum = median(toneLevels(samples, humFrequencyHz));
    assert.ok(hum > 0.04 && hum < 0.06, `hum ${hum}`);
    const loudest = Math.max(...toneLevels(samples, beep.frequencyHz));
    assert.ok(loudest > 0.4 && loudest < 0.7, `beep ${loudest}`);
    const other = median(toneLevels(samples, 3333));
    assert.ok(other < 0.005, `what is not played ${other}`);

    assert.ok(onsetsMs.length > 0, 'a beep is heard');
    for (const onset of onsetsMs) {
      const skew = Math.min(...ears.onsets.map((heard) => Math.abs(heard - onset)));
      assert.ok(skew < maxSkewMs, `stamped ${skew} ms off`);
    }
  });

  it('is a stream without holes, which FFmpeg reads without complaint', async () => {
    player = new BeepPlayer(room.pulse);
    const fragments = await recorder.untilFragments('audio', 100);
    const { packets, complaints } = await probePackets(mp4Of(recorder.init('audio'), fragments));
    assert.equal(complaints, '');
    assert.equal(packets.length, fragments.length);
    packets.forEach(({ pts, isKey }, at) => {
      assert.deepEqual([pts, isKey], [(packets[0]?.pts ?? NaN) + at * 480, true]);
    });
    for (const { payload } of fragments) assert.equal(readFragment(payload).duration, 480);
  });

  it('is not sent while the desktop is silent', async () => {
    await recorder.changes.rest(quietMs);
    recorder.forget();
    await recorder.changes.rest(quietMs);
    assert.deepEqual(recorder.fragments('audio'), []);
    player = new BeepPlayer(room.pulse);
    await recorder.untilFragments('audio', 10);
  });

  it('is sent as AAC besides, only while somebody needs that', async () => {
    player = new BeepPlayer(room.pulse);
    await recorder.untilFragments('audio', 50);
    assert.deepEqual(recorder.fragments('audio', 'compatible'), []);

    await recorder.watch(1, 1);
    const ofAac = () => recorder.fragments('audio', 'compatible');
    await recorder.changes.until('sound as AAC', () => ofAac().length >= 100);
    const mp4 = mp4Of(recorder.init('audio', 'compatible'), ofAac());
    const { packets, complaints } = await probePackets(mp4);
    assert.equal(complaints, '');
    packets.forEach(({ pts }, at) => assert.equal(pts, at * 1024));
    const samples = await decodeAac(mp4);
    assert.ok(median(toneLevels(samples, humFrequencyHz)) > 0.04);
    assert.ok(Math.max(...toneLevels(samples, beep.frequencyHz)) > 0.4);

    await recorder.watch(1);
    recorder.forget();
    await recorder.untilFragments('audio', 50);
    assert.deepEqual(ofAac(), []);
  });

  it('comes back after the sound server died, and the picture goes on meanwhile', async () => {
    const painter = await room.startPainter();
    player = new BeepPlayer(room.pulse);
    await recorder.untilFragments('audio', 10);
    room.pulse.kill();
    await pipeline.untilLogged(/^sound interrupted$/);
    recorder.forget();
    await painter.show('busy');
    await recorder.untilFragments('video', 30);
    assert.deepEqual(recorder.fragments('audio'), []);

    await room.restartSound();
    await player.stop();
    player = new BeepPlayer(room.pulse);
    const fragments = await recorder.untilFragments('audio', 150);
    const { samples } = await decodeSound(fragments);
    assert.ok(median(toneLevels(samples, humFrequencyHz)) > 0.04);
    assert.equal(pipeline.hasEnded, false);
  });
});
