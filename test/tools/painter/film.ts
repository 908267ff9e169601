import type { ColourPicture } from '../luma.js';

/*
 * A short film for the full-motion scene: the camera turns and closes in on a landscape of fractal
 * noise. Unlike a picture that is pushed about by whole pixels, no part of it can be predicted by
 * copying. The same at every call.
 */

const frameCount = 24;
const zoomPerFrame = 0.012;
const turnPerFrameRadians = 0.006;

const textureSize = 512;
/** Wavelengths of the noise in texture pixels; short ones are weaker, as in photographs. */
const wavelengths = [256, 128, 64, 32, 16, 8, 4, 2];
const roughness = 0.65;
const contrast = 1.8;

/** A number from 0 to 1 that depends on the lattice point and looks random. */
function hash(x: number, y: number, seed: number): number {
  let bits = Math.imul(x, 374_761_393) + Math.imul(y, 668_265_263) + Math.imul(seed, 974_711);
  bits = Math.imul(bits ^ (bits >>> 13), 1_274_126_177);
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32;
}

/** Noise of one wavelength at a point, smooth between lattice points; repeats with the texture. */
function noise(x: number, y: number, wavelength: number): number {
  const period = textureSize / wavelength;
  const [left, top] = [Math.floor(x / wavelength), Math.floor(y / wavelength)];
  const [across, down] = [x / wavelength - left, y / wavelength - top];
  const at = (dx: number, dy: number): number =>
    hash((left + dx) % period, (top + dy) % period, wavelength);
  const upper = at(0, 0) + (at(1, 0) - at(0, 0)) * across;
  const lower = at(0, 1) + (at(1, 1) - at(0, 1)) * across;
  return upper + (lower - upper) * down;
}

/** Heights, mostly from 0 to 1, row by row. */
function makeTexture(): Float32Array {
  const layers = wavelengths.map((length) => ({ length, weight: length ** roughness }));
  const weights = layers.reduce((sum, { weight }) => sum + weight, 0);
  return Float32Array.from({ length: textureSize * textureSize }, (_, at) => {
    const [x, y] = [at % textureSize, Math.floor(at / textureSize)];
    const height = layers.reduce(
      (sum, { length, weight }) => sum + weight * noise(x, y, length),
      0,
    );
    return 0.5 + (height / weights - 0.5) * contrast;
  });
}

/** The texture between its pixels, repeated in every direction. */
function sampler(texture: Float32Array): (x: number, y: number) => number {
  const mask = textureSize - 1;
  return (x, y) => {
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const [across, down] = [x - left, y - top];
    const row = (top & mask) * textureSize;
    const nextRow = ((top + 1) & mask) * textureSize;
    const [column, nextColumn] = [left & mask, (left + 1) & mask];
    const upper = texture[row + column]! * (1 - across) + texture[row + nextColumn]! * across;
    const lower =
      texture[nextRow + column]! * (1 - across) + texture[nextRow + nextColumn]! * across;
    return upper * (1 - down) + lower * down;
  };
}

/** @returns the frames of the film, to be shown forwards and backwards in turn */
export function makeFilm(width: number, height: number): ColourPicture[] {
  const sample = sampler(makeTexture());
  return Array.from({ length: frameCount }, (_, frame) => {
    const scale = 1 - frame * zoomPerFrame;
    const cos = Math.cos(frame * turnPerFrameRadians) * scale;
    const sin = Math.sin(frame * turnPerFrameRadians) * scale;
    const data = new Uint8ClampedArray(width * height * 4);
    for (let y = 0, at = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1, at += 4) {
        const [dx, dy] = [x - width / 2, y - height / 2];
        const level = sample(dx * cos - dy * sin, dx * sin + dy * cos);
        // Water below, meadows and rock above.
        data[at] = level < 0.5 ? 40 + 120 * level : 330 * level - 70;
        data[at + 1] = level < 0.5 ? 60 + 180 * level : 90 + 170 * level;
        data[at + 2] = level < 0.5 ? 110 + 200 * level : 260 * level - 60;
        data[at + 3] = 255;
      }
    }
    return { width, height, order: 'rgba', data: new Uint8Array(data.buffer) };
  });
}
