import assert from 'node:assert/strict';

import { describe, it } from 'mocha';

import {
  feedbackSchema,
  inputSchema,
  maxViewerMessageSizeBytes,
  parseViewerMessage,
  type Feedback,
  type Input,
} from '../../../signaling/protocol/viewer-messages.js';

const feedback = (value: unknown): Feedback | null =>
  parseViewerMessage(feedbackSchema, JSON.stringify(value));
const input = (value: unknown): Input | null =>
  parseViewerMessage(inputSchema, JSON.stringify(value));

describe('what a page may send', () => {
  const validFeedback: readonly Feedback[] = [
    { type: 'ack', sequence: 0 },
    { type: 'ack', sequence: 0xffffffff },
    { type: 'ping', pageTimeMs: 1_790_000_000_000.5 },
    { type: 'resync' },
  ];
  const validInput: readonly Input[] = [
    { type: 'pointer', x: 0, y: 16_383, buttons: 0x1ff },
    { type: 'wheel', x: 5, y: 6, deltaX: -20, deltaY: 20 },
    { type: 'key', keysym: 0x0100_0041, down: true },
    { type: 'release-all' },
  ];

  for (const message of validFeedback) {
    it(`is ${JSON.stringify(message)} as feedback, and no input`, () => {
      assert.deepEqual(feedback(message), message);
      assert.equal(input(message), null);
    });
  }
  for (const message of validInput) {
    it(`is ${JSON.stringify(message)} as input, and no feedback`, () => {
      assert.deepEqual(input(message), message);
      assert.equal(feedback(message), null);
    });
  }

  const invalidInput: readonly unknown[] = [
    { type: 'pointer', x: -1, y: 0, buttons: 0 },
    { type: 'pointer', x: 16_384, y: 0, buttons: 0 },
    { type: 'pointer', x: 1.5, y: 0, buttons: 0 },
    { type: 'pointer', x: null, y: 0, buttons: 0 },
    { type: 'pointer', x: '1', y: 0, buttons: 0 },
    { type: 'pointer', x: 1, y: 0, buttons: 0x200 },
    { type: 'pointer', x: 1, y: 0 },
    { type: 'wheel', x: 0, y: 0, deltaX: 0, deltaY: 21 },
    { type: 'key', keysym: 0, down: true },
    { type: 'key', keysym: 0x0110ffff + 1, down: true },
    { type: 'key', keysym: 65, down: 1 },
    { type: 'constructor' },
    { type: '__proto__' },
    {},
    [],
    null,
    'pointer',
    7,
  ];
  for (const message of invalidInput) {
    it(`is not ${JSON.stringify(message)}`, () => assert.equal(input(message), null));
  }

  it('is not a number that JSON cannot carry', () => {
    for (const number of ['NaN', 'Infinity', '1e999', '-1e999', '0x10']) {
      const text = `{"type":"ping","pageTimeMs":${number}}`;
      assert.equal(parseViewerMessage(feedbackSchema, text), null, number);
    }
  });

  it('is not text that is no JSON', () => {
    for (const text of ['', '{', '{"type":"resync"', 'resync', '\0', '{"type":"resync"}x']) {
      assert.equal(parseViewerMessage(feedbackSchema, text), null);
    }
  });

  it('keeps nothing beyond its fields', () => {
    const text = '{"type":"resync","__proto__":{"admin":true},"more":1}';
    const parsed = parseViewerMessage(feedbackSchema, text);
    assert.deepEqual(parsed, { type: 'resync' });
    assert.notEqual(parsed, null);
    assert.equal('admin' in Object(parsed), false);
  });

  it('has an end to its length', () => {
    const padded = (length: number): string => '{"type":"resync"}'.padEnd(length, ' ');
    const parse = (text: string): Feedback | null => parseViewerMessage(feedbackSchema, text);
    assert.deepEqual(parse(padded(maxViewerMessageSizeBytes)), { type: 'resync' });
    assert.equal(parse(padded(maxViewerMessageSizeBytes + 1)), null);
    assert.equal(parse('['.repeat(maxViewerMessageSizeBytes)), null);
  });
});
