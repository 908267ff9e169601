import assert from 'node:assert/strict';

import { beforeEach, describe, it } from 'mocha';

import { SourceBufferQueue } from '../../../client/src/media/source-buffer-queue.js';

import { FakeSourceBuffer } from './fake-source-buffer.js';

/** Operations that may wait. */
const most = 120;

describe('the queue of a source buffer', () => {
  let buffer: FakeSourceBuffer;
  let errors: Error[];
  let queue: SourceBufferQueue;

  beforeEach(() => {
    buffer = new FakeSourceBuffer();
    errors = [];
    queue = new SourceBufferQueue((error) => errors.push(error));
  });

  const append = (name: string, done?: () => void): void =>
    queue.append(new Uint8Array(Buffer.from(name)), done);

  it('does one thing after the other, in order', () => {
    queue.attach(buffer);
    append('a');
    queue.setTimestampOffset(5);
    append('b');
    queue.remove(0, 3);
    append('c');
    assert.deepEqual(buffer.log, ['append a']);
    buffer.finish();
    assert.deepEqual(buffer.log, ['append a', 'offset 5', 'append b']);
    buffer.finish();
    assert.deepEqual(buffer.log.at(-1), 'remove 0-3');
    buffer.finish();
    assert.deepEqual(buffer.log.at(-1), 'append c');
    buffer.finish();
    assert.equal(buffer.log.length, 5);
    assert.deepEqual(errors, []);
  });

  it('waits for its buffer', () => {
    append('a');
    queue.attach(buffer);
    assert.deepEqual(buffer.log, ['append a']);
  });

  it('waits while the buffer is busy with something else', () => {
    buffer.updating = true;
    queue.attach(buffer);
    append('a');
    assert.deepEqual(buffer.log, []);
    buffer.finish();
    assert.deepEqual(buffer.log, ['append a']);
  });

  it('tells of each append when it is in the buffer, not before', () => {
    const done: string[] = [];
    queue.attach(buffer);
    append('a', () => done.push('a'));
    append('b', () => done.push('b'));
    assert.deepEqual(done, []);
    buffer.finish();
    assert.deepEqual(done, ['a']);
    buffer.finish();
    assert.deepEqual(done, ['a', 'b']);
  });

  it('lets an append be queued from within the report of another', () => {
    queue.attach(buffer);
    append('a', () => append('b'));
    buffer.finish();
    assert.deepEqual(buffer.log, ['append a', 'append b']);
  });

  it('keeps one removal waiting at most', () => {
    queue.attach(buffer);
    append('a');
    queue.remove(0, 1);
    queue.remove(0, 2);
    buffer.finish();
    buffer.finish();
    assert.deepEqual(buffer.log, ['append a', 'remove 0-1']);
  });

  it('fails once when the browser rejects a segment, and does nothing more', () => {
    let done = 0;
    queue.attach(buffer);
    append('broken', () => (done += 1));
    append('next', () => (done += 1));
    buffer.reject();
    buffer.finish();
    append('later');
    assert.deepEqual(buffer.log, ['append broken']);
    assert.equal(done, 0);
    assert.deepEqual(errors.map(String), ['Error: the browser rejected a segment']);
  });

  it('fails once when the browser takes no more', () => {
    queue.attach(buffer);
    buffer.nextAppendError = new DOMException('full', 'QuotaExceededError');
    append('a');
    append('b');
    assert.deepEqual(
      errors.map(({ name }) => name),
      ['QuotaExceededError'],
    );
    assert.deepEqual(buffer.log, []);
  });

  it('fails rather than let more wait than a browser that keeps up ever would', () => {
    queue.attach(buffer);
    append('running');
    for (let at = 0; at < most; at += 1) append('waiting');
    assert.deepEqual(errors, []);
    append('one too many');
    assert.deepEqual(errors.map(String), ['Error: the browser does not keep up']);
    buffer.finish();
    assert.deepEqual(buffer.log, ['append running']);
  });

  it('lets no more wait for a buffer that never comes', () => {
    for (let at = 0; at <= most; at += 1) append('waiting');
    assert.equal(errors.length, 1);
  });

  it('does nothing more once it is closed, and says nothing', () => {
    let done = 0;
    queue.attach(buffer);
    append('a', () => (done += 1));
    append('b');
    queue.close();
    queue.close();
    buffer.reject();
    append('c');
    assert.deepEqual(buffer.log, ['append a']);
    assert.equal(done, 0);
    assert.deepEqual(errors, []);
  });

  it('does not take a buffer once it is closed', () => {
    append('a');
    queue.close();
    queue.attach(buffer);
    assert.deepEqual(buffer.log, []);
  });
});
