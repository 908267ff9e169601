import assert from 'node:assert/strict';

import { describe, it } from 'mocha';

import { type LumaPicture, lumaOf } from '../tools/luma.js';
import { ssim } from '../tools/ssim.js';

function picture(width: number, height: number, at: (x: number, y: number) => number): LumaPicture {
  const data = Uint8Array.from({ length: width * height }, (_, i) =>
    at(i % width, Math.floor(i / width)),
  );
  return { width, height, data };
}

/** Uniform noise from a linear congruential generator: the same at every run. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  };
}

describe('SSIM', () => {
  const ramp = picture(64, 48, (x, y) => (x * 3 + y) % 256);

  it('is 1 for identical pictures', () => {
    assert.ok(Math.abs(ssim(ramp, ramp) - 1) < 1e-9);
  });

  it('is about 0 for unrelated noise', () => {
    const [a, b] = [noise(1), noise(2)];
    const similarity = ssim(
      picture(128, 128, () => a()),
      picture(128, 128, () => b()),
    );
    assert.ok(Math.abs(similarity) < 0.05, `${similarity}`);
  });

  it('is the luminance term alone for two flat pictures', () => {
    const c1 = (0.01 * 255) ** 2;
    const expected = (2 * 100 * 120 + c1) / (100 ** 2 + 120 ** 2 + c1);
    const similarity = ssim(
      picture(32, 32, () => 100),
      picture(32, 32, () => 120),
    );
    assert.ok(Math.abs(similarity - expected) < 1e-6, `${similarity}`);
  });

  it('is negative for a picture and its negative', () => {
    const stripes = picture(64, 64, (x) => (x % 8 < 4 ? 40 : 210));
    const negative = picture(64, 64, (x) => (x % 8 < 4 ? 210 : 40));
    assert.ok(ssim(stripes, negative) < -0.8);
  });

  it('falls as noise is added', () => {
    const random = noise(7);
    const noisy = (amount: number): LumaPicture =>
      picture(64, 48, (x, y) => {
        const clean = (x * 3 + y) % 256;
        return Math.min(255, Math.max(0, clean + ((random() - 128) * amount) / 128));
      });
    const [little, much] = [ssim(ramp, noisy(8)), ssim(ramp, noisy(64))];
    assert.ok(little < 1 && much < little, `${little} ${much}`);
  });

  it('refuses pictures of different size', () => {
    assert.throws(
      () =>
        ssim(
          ramp,
          picture(48, 64, () => 0),
        ),
      RangeError,
    );
  });
});

describe('luma', () => {
  it('is the same for one colour in both byte orders', () => {
    const rgba = { width: 1, height: 1, order: 'rgba', data: Uint8Array.of(200, 100, 50, 255) };
    const bgrx = { width: 1, height: 1, order: 'bgrx', data: Uint8Array.of(50, 100, 200, 0) };
    const expected = Math.round(0.2126 * 200 + 0.7152 * 100 + 0.0722 * 50);
    assert.deepEqual([...lumaOf({ ...rgba, order: 'rgba' }).data], [expected]);
    assert.deepEqual([...lumaOf({ ...bgrx, order: 'bgrx' }).data], [expected]);
  });
});
