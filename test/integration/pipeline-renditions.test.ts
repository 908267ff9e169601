import assert from 'node:assert/strict';

import { after, afterEach, before, beforeEach, it } from 'mocha';

import { noDemand, type VideoDemand } from '../../media-host/pipeline/broadcast/upstream.js';
import type { MediaMessage, VideoRendition } from '../../signaling/protocol/media-message.js';
import { readBarcode } from '../tools/barcode.js';
import type { BroadcastRecorder } from '../tools/broadcast-recorder.js';
import { decodeVideo, mp4Of } from '../tools/decode-video.js';
import { MediaRoom, screenSize } from '../tools/media-room.js';
import type { Painter } from '../tools/painter/painter.js';
import { describeWith } from '../tools/requirements.js';
import { median } from '../tools/statistics.js';

const smallSize = { width: screenSize.width / 2, height: screenSize.height / 2 };
const watched: VideoDemand = { receiving: 1, wanting: 1, suffering: 0 };
const suffered: VideoDemand = { ...watched, suffering: 1 };

describeWith(['Xvnc', 'pulseaudio', 'ffmpeg'], "a pipeline's renditions", () => {
  let room: MediaRoom;
  let painter: Painter;
  let recorder: BroadcastRecorder;

  before(async () => {
    room = await MediaRoom.open();
    painter = await room.startPainter();
    await room.startPipeline();
    await painter.show('busy', 20);
  });

  beforeEach(async () => {
    recorder = room.record();
    // Connected, and heard.
    await recorder.watch(0);
  });

  afterEach(async () => {
    await recorder.watch(0);
    recorder.close();
  });

  after(() => room.close());

  const demand = (need: Partial<Record<VideoRendition, VideoDemand>>): void =>
    recorder.send({ type: 'demand', demand: { ...noDemand, ...need } });

  async function next(rendition: VideoRendition, count: number): Promise<MediaMessage[]> {
    recorder.forget();
    const found = (): MediaMessage[] => recorder.fragments('video', rendition);
    const what = `${count} pictures of ${rendition}`;
    await recorder.changes.until(what, () => found().length >= count, 20_000);
    return found();
  }

  it('are encoded each only while somebody needs it', async () => {
    await recorder.watch(1);
    await next('main', 5);
    assert.deepEqual(recorder.fragments('video', 'small'), []);
    demand({ main: watched, small: watched });
    await next('small', 5);
    assert.ok(recorder.fragments('video').length > 0);
    demand({ small: watched });
    // What was under way when the pipeline was told may still come.
    await next('small', 3);
    await next('small', 5);
    assert.deepEqual(recorder.fragments('video'), []);
  });

  it('begin with a key frame, have an init segment each, and show the same picture', async () => {
    demand({ main: watched, small: watched });
    await recorder.changes.until('pictures of both', () =>
      (['main', 'small'] as const).every((name) => recorder.fragments('video', name).length >= 10),
    );
    const stamps = await Promise.all(
      (['main', 'small'] as const).map(async (name) => {
        const fragments = recorder.fragments('video', name);
        assert.equal(fragments[0]?.keyFrame, true);
        const size = name === 'main' ? screenSize : smallSize;
        const file = mp4Of(recorder.init('video', name), fragments);
        const { frames, complaints } = await decodeVideo(file, size);
        assert.equal(complaints, '');
        assert.equal(frames.length, fragments.length);
        return { times: fragments.map(({ captureTimeMs }) => captureTimeMs), frames };
      }),
    );
    const [main, small] = stamps;
    const shared = main!.times.filter((time) => small!.times.includes(time));
    assert.ok(shared.length >= 5, 'both are made of the same captures');
    assert.ok(!main!.frames.map((frame) => readBarcode(frame)).includes(null));
  });

  it('get key frames of their own', async () => {
    demand({ main: watched, small: watched });
    await next('small', 3);
    recorder.forget();
    recorder.send({ type: 'key-frame', rendition: 'small' });
    await recorder.changes.until('key frame of the small rendition', () =>
      recorder.fragments('video', 'small').some(({ keyFrame }) => keyFrame),
    );
    assert.ok(!recorder.fragments('video').some(({ keyFrame }) => keyFrame));
  });

  it('take fewer bits while most of those who watch suffer, and as many as before once nobody does', async () => {
    const sizeOf = async (): Promise<number> => {
      const pictures = (await next('main', 20)).filter(({ keyFrame }) => !keyFrame);
      return median(pictures.map(({ payload }) => payload.byteLength));
    };
    const untilSize = async (isReached: (sizeBytes: number) => boolean): Promise<void> => {
      while (!isReached(await sizeOf()));
    };
    demand({ main: watched });
    await next('main', 10);
    const fullBytes = await sizeOf();
    demand({ main: suffered });
    await untilSize((sizeBytes) => sizeBytes < fullBytes / 2);
    // Nobody is left, and the next one begins with what the settings say.
    demand({});
    demand({ main: watched });
    await untilSize((sizeBytes) => sizeBytes > fullBytes * 0.8);
  });
});
