import assert from 'node:assert/strict';

import { describe, it } from 'mocha';

import { InputSink } from '../../../media-host/pipeline/input/input-sink.js';

function makeSink() {
  const sent: string[] = [];
  const sink = new InputSink(
    {
      sendPointer: (x, y, buttons) => void sent.push(`${x},${y} ${buttons}`),
      sendKey: (keysym, down) => void sent.push(`${down ? '+' : '-'}${keysym.toString(16)}`),
    },
    { width: 1280, height: 720 },
  );
  return { sink, sent };
}

const shift = 0xffe1;

describe('input of the controller', () => {
  it('moves the pointer and presses buttons', () => {
    const { sink, sent } = makeSink();
    sink.handle({ type: 'pointer', x: 10, y: 20, buttons: 0 });
    sink.handle({ type: 'pointer', x: 10, y: 20, buttons: 0b101 });
    assert.deepEqual(sent, ['10,20 0', '10,20 5']);
  });

  it('stays within the desktop', () => {
    const { sink, sent } = makeSink();
    sink.handle({ type: 'pointer', x: 16_000, y: 16_000, buttons: 0 });
    assert.deepEqual(sent, ['1279,719 0']);
  });

  it('turns the wheel by clicks, while buttons stay down', () => {
    const { sink, sent } = makeSink();
    sink.handle({ type: 'pointer', x: 1, y: 2, buttons: 1 });
    sink.handle({ type: 'wheel', x: 5, y: 6, deltaX: -1, deltaY: 2 });
    const [down, left, held] = [1 + 16, 1 + 32, 1];
    assert.deepEqual(sent.slice(1), [
      ...[`5,6 ${down}`, `5,6 ${held}`, `5,6 ${down}`, `5,6 ${held}`],
      ...[`5,6 ${left}`, `5,6 ${held}`],
    ]);
  });

  it('cannot press the wheel’s buttons as buttons', () => {
    const { sink, sent } = makeSink();
    sink.handle({ type: 'pointer', x: 0, y: 0, buttons: 0b1111000 });
    assert.deepEqual(sent, ['0,0 0']);
  });

  it('presses a mouse’s back and forward buttons as keys', () => {
    const { sink, sent } = makeSink();
    sink.handle({ type: 'pointer', x: 0, y: 0, buttons: 0x180 });
    sink.handle({ type: 'pointer', x: 0, y: 0, buttons: 0x100 });
    sink.handle({ type: 'pointer', x: 0, y: 0, buttons: 0 });
    assert.deepEqual(
      sent.filter((event) => !event.includes(',')),
      ['+1008ff26', '+1008ff27', '-1008ff26', '-1008ff27'],
    );
  });

  it('repeats letters, but not modifiers', () => {
    const { sink, sent } = makeSink();
    for (const keysym of [shift, shift, 0x61, 0x61]) {
      sink.handle({ type: 'key', keysym, down: true });
    }
    assert.deepEqual(sent, ['+ffe1', '+61', '+61']);
  });

  it('lets go of what is held, and of nothing else', () => {
    const { sink, sent } = makeSink();
    sink.handle({ type: 'key', keysym: shift, down: true });
    sink.handle({ type: 'key', keysym: 0x61, down: true });
    sink.handle({ type: 'key', keysym: 0x61, down: false });
    sink.handle({ type: 'pointer', x: 3, y: 4, buttons: 1 });
    sent.length = 0;
    sink.releaseAll();
    assert.deepEqual(sent, ['-ffe1', '3,4 0']);
    sink.handle({ type: 'release-all' });
    sink.handle({ type: 'key', keysym: shift, down: false });
    assert.deepEqual(sent, ['-ffe1', '3,4 0']);
  });

  it('holds no more keys than fingers could', () => {
    const { sink, sent } = makeSink();
    for (let keysym = 1; keysym <= 100; keysym += 1) {
      sink.handle({ type: 'key', keysym, down: true });
    }
    assert.equal(sent.length, 32);
    sink.releaseAll();
    assert.equal(sent.length, 64);
  });
});
