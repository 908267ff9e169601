import type { LumaPicture } from './luma.js';

/*
 * Structural similarity of two luma pictures, as in Wang, Bovik, Sheikh and Simoncelli, "Image
 * quality assessment" (2004): 11 x 11 Gaussian window of sigma 1.5, K1 = 0.01, K2 = 0.03, mean
 * over all windows that lie inside the picture.
 */

const windowSize = 11;
const sigma = 1.5;
const c1 = (0.01 * 255) ** 2;
const c2 = (0.03 * 255) ** 2;

const kernel = gaussian();

function gaussian(): Float64Array {
  const weights = Float64Array.from({ length: windowSize }, (_, at) =>
    Math.exp(-((at - (windowSize - 1) / 2) ** 2) / (2 * sigma ** 2)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** Weighted means over the window around every inner pixel; the result is `windowSize - 1` smaller. */
function blur(source: Float64Array, width: number, height: number): Float64Array {
  const innerWidth = width - windowSize + 1;
  const innerHeight = height - windowSize + 1;
  const across = new Float64Array(innerWidth * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < innerWidth; x += 1) {
      let sum = 0;
      for (let k = 0; k < windowSize; k += 1) sum += kernel[k]! * source[y * width + x + k]!;
      across[y * innerWidth + x] = sum;
    }
  }
  const both = new Float64Array(innerWidth * innerHeight);
  for (let y = 0; y < innerHeight; y += 1) {
    for (let x = 0; x < innerWidth; x += 1) {
      let sum = 0;
      for (let k = 0; k < windowSize; k += 1) sum += kernel[k]! * across[(y + k) * innerWidth + x]!;
      both[y * innerWidth + x] = sum;
    }
  }
  return both;
}

/**
 * Mean SSIM: 1 for identical pictures, about 0 for unrelated ones.
 * @throws RangeError when the sizes differ or are smaller than the window
 */
export function ssim(a: LumaPicture, b: LumaPicture): number {
  const { width, height } = a;
  if (b.width !== width || b.height !== height) {
    throw new RangeError(
      `pictures of ${width}x${height} and ${b.width}x${b.height} differ in size`,
    );
  }
  if (width < windowSize || height < windowSize) {
    throw new RangeError(`a picture of ${width}x${height} is smaller than the window`);
  }
  const x = Float64Array.from(a.data);
  const y = Float64Array.from(b.data);
  const average = (values: Float64Array): Float64Array => blur(values, width, height);
  const meanX = average(x);
  const meanY = average(y);
  const meanXX = average(x.map((value) => value * value));
  const meanYY = average(y.map((value) => value * value));
  const meanXY = average(x.map((value, at) => value * y[at]!));

  let sum = 0;
  for (let at = 0; at < meanX.length; at += 1) {
    const mx = meanX[at]!;
    const my = meanY[at]!;
    const varianceX = meanXX[at]! - mx * mx;
    const varianceY = meanYY[at]! - my * my;
    const covariance = meanXY[at]! - mx * my;
    sum +=
      ((2 * mx * my + c1) * (2 * covariance + c2)) /
      ((mx * mx + my * my + c1) * (varianceX + varianceY + c2));
  }
  return sum / meanX.length;
}
