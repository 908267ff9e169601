import assert from 'node:assert/strict';

import { describe, it } from 'mocha';

import { Fragmenter } from '../../../media-host/pipeline/fragmenter/fragmenter.js';
import { decodeMediaMessage } from '../../../signaling/protocol/media-message.js';
import { boxAt, boxPaths, readFragment } from '../../tools/mp4-boxes.js';

const parameterSets = {
  sequenceParameterSet: Buffer.from([0x67, 0x64, 0x00, 0x1f, 0xac]),
  pictureParameterSet: Buffer.from([0x68, 0xee, 0x3c, 0x80]),
};
const video = (framesPerSecond = 30): Fragmenter =>
  Fragmenter.forVideo('main', { width: 1280, height: 720 }, framesPerSecond, parameterSets);
const sound = (): Fragmenter => Fragmenter.forSound(48_000, 2, 480, 120);

const initOf = (fragmenter: Fragmenter): Uint8Array =>
  decodeMediaMessage(fragmenter.initMessage).payload;

describe('the init segment', () => {
  it('says that the stream is live: no duration anywhere, and no mehd', () => {
    for (const fragmenter of [video(), sound()]) {
      const init = initOf(fragmenter);
      assert.equal(boxAt(init, 'moov/mvhd').readUInt32BE(16), 0);
      assert.equal(boxAt(init, 'moov/trak/tkhd').readUInt32BE(20), 0);
      assert.equal(boxAt(init, 'moov/trak/mdia/mdhd').readUInt32BE(16), 0);
      const paths = boxPaths(init);
      assert.ok(paths.includes('moov/mvex/trex'));
      assert.ok(!paths.some((path) => path.endsWith('mehd')));
    }
  });

  it('is an init message of its track', () => {
    const { kind, track } = decodeMediaMessage(video().initMessage);
    assert.deepEqual([kind, track], ['init', 'video']);
    assert.equal(decodeMediaMessage(sound().initMessage).track, 'audio');
  });

  it('describes H.264 by its parameter sets', () => {
    const init = initOf(video());
    assert.equal(boxAt(init, 'moov/trak/mdia/mdhd').readUInt32BE(12), 30_000);
    const avc1 = boxAt(init, 'moov/trak/mdia/minf/stbl/stsd/avc1');
    assert.deepEqual([avc1.readUInt16BE(24), avc1.readUInt16BE(26)], [1280, 720]);
    const avcC = boxAt(init, 'moov/trak/mdia/minf/stbl/stsd/avc1/avcC');
    assert.equal(
      avcC.toString('hex'),
      ['01', '64001f', 'ff', 'e1', '0005', '6764001fac', '01', '0004', '68ee3c80', 'fdf8f800'].join(
        '',
      ),
    );
  });

  it('describes AAC by its configuration', () => {
    const aac = Fragmenter.forCompatibleSound(48_000, 2, 1024, Buffer.from([0x11, 0x90]));
    const { track, rendition, payload } = decodeMediaMessage(aac.initMessage);
    assert.deepEqual([track, rendition], ['audio', 'compatible']);
    const stsd = boxAt(payload, 'moov/trak/mdia/minf/stbl/stsd').toString('hex');
    const config = ['04', '11', '40', '15', '000000', '00000000', '00000000', '05', '02', '1190'];
    const descriptors = ['03', '19', '0001', '00', ...config, '06', '01', '02'].join('');
    assert.ok(stsd.includes(`${Buffer.from('esds').toString('hex')}00000000${descriptors}`));
  });

  it('describes Opus with its pre-skip', () => {
    const init = initOf(sound());
    assert.equal(boxAt(init, 'moov/trak/mdia/mdhd').readUInt32BE(12), 48_000);
    const dOps = boxAt(init, 'moov/trak/mdia/minf/stbl/stsd/Opus/dOps');
    assert.equal(dOps.toString('hex'), ['00', '02', '0078', '0000bb80', '0000', '00'].join(''));
  });
});

describe('a fragment', () => {
  it('is one sample in one moof and one mdat', () => {
    const sample = Buffer.from('access unit');
    const { payload } = decodeMediaMessage(video().fragment(sample, true, 1));
    assert.deepEqual(boxPaths(payload), [
      'moof',
      'moof/mfhd',
      'moof/traf',
      'moof/traf/tfhd',
      'moof/traf/tfdt',
      'moof/traf/trun',
      'mdat',
    ]);
    assert.deepEqual(readFragment(payload).sample, sample);
  });

  it('can be decoded alone only when it is a key frame', () => {
    const fragmenter = video();
    for (const keyFrame of [true, false]) {
      const message = decodeMediaMessage(fragmenter.fragment(Buffer.of(1), keyFrame, 1));
      assert.equal(message.keyFrame, keyFrame);
      assert.equal(readFragment(message.payload).isSync, keyFrame);
    }
  });

  for (const framesPerSecond of [1, 24, 30, 60]) {
    it(`begins where the one before ends, at ${framesPerSecond} frames a second`, () => {
      const fragmenter = video(framesPerSecond);
      let end = 0n;
      for (let at = 1; at <= 200; at += 1) {
        // Whatever time passes on the desktop, the media timeline has no holes.
        const captureTimeMs = at * at * 1000;
        const message = decodeMediaMessage(fragmenter.fragment(Buffer.of(1), false, captureTimeMs));
        const facts = readFragment(message.payload);
        assert.equal(facts.decodeTime, end);
        assert.equal(facts.sequence, at);
        assert.equal(message.sequence, at);
        assert.equal(message.captureTimeMs, captureTimeMs);
        assert.equal(message.decodeTimeSeconds, Number(end) / (framesPerSecond * 1000));
        assert.equal(message.durationUs, Math.round(1e6 / framesPerSecond));
        end += BigInt(facts.duration);
      }
      assert.equal(end, 200_000n);
    });
  }

  it('of sound lasts as long as its packet', () => {
    const fragmenter = sound();
    const fragments = [0, 1, 2].map((at) =>
      readFragment(decodeMediaMessage(fragmenter.fragment(Buffer.of(at), true, at)).payload),
    );
    assert.deepEqual(
      fragments.map(({ decodeTime, duration }) => [decodeTime, duration]),
      [
        [0n, 480],
        [480n, 480],
        [960n, 480],
      ],
    );
  });

  it('keeps to time beyond what 32 bits of ticks can count', () => {
    const { payload } = decodeMediaMessage(video().fragment(Buffer.of(1), true, 0));
    assert.equal(boxAt(payload, 'moof/traf/tfdt')[0], 1, '64-bit decode time');
  });
});
