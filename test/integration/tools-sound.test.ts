import assert from 'node:assert/strict';

import { after, before, it } from 'mocha';

import { type PulseServer, startPulseServer } from '../tools/pulse-server.js';
import { describeWith } from '../tools/requirements.js';
import { BeepPlayer } from '../tools/sound/beep-player.js';
import { beep, toneLevel } from '../tools/sound/beeps.js';
import { MonitorRecorder } from '../tools/sound/monitor-recorder.js';

describeWith(['pulseaudio', 'pacat', 'parec'], 'beeps through a real PulseAudio', function () {
  this.timeout(20_000);

  let server: PulseServer;
  let recorder: MonitorRecorder;
  let player: BeepPlayer;

  before(async () => {
    server = await startPulseServer();
    recorder = new MonitorRecorder(server);
    player = new BeepPlayer(server);
  });

  after(async () => {
    await player.stop();
    await recorder.stop();
    await server.stop();
  });

  it('are heard a second apart', async () => {
    await recorder.until(({ onsets }) => onsets.length >= 4, 10_000);
    const gaps = recorder.onsets.slice(1).map((time, at) => time - (recorder.onsets[at] ?? 0));
    // A busy machine may make the server skip; it never plays faster than time passes.
    assert.ok(Math.min(...gaps) > 990, gaps.join(' '));
    assert.ok(Math.min(...gaps) < 1010, gaps.join(' '));
  });

  it('have the tone that is played', async () => {
    await recorder.until(({ recent }) => recent.length >= 48_000, 5000);
    assert.ok(toneLevel(recorder.recent, beep.frequencyHz) > 0.02);
    assert.ok(toneLevel(recorder.recent, 3333) < 0.005);
  });
});
