/** What a series of measurements comes down to; in the unit of the series. */
export interface Summary {
  readonly count: number;
  readonly mean: number;
  readonly min: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/**
 * The value below which a share of the series lies, interpolated between neighbours.
 * @param share 0 to 1
 * @returns NaN for an empty series
 */
export function percentile(series: readonly number[], share: number): number {
  return percentileOfSorted(
    series.toSorted((a, b) => a - b),
    share,
  );
}

export function median(series: readonly number[]): number {
  return percentile(series, 0.5);
}

/** @returns NaN for an empty series */
export function mean(series: readonly number[]): number {
  return series.reduce((sum, value) => sum + value, 0) / series.length;
}

export function summarise(series: readonly number[]): Summary {
  const sorted = series.toSorted((a, b) => a - b);
  return {
    count: sorted.length,
    mean: mean(sorted),
    min: sorted[0] ?? NaN,
    p50: percentileOfSorted(sorted, 0.5),
    p95: percentileOfSorted(sorted, 0.95),
    p99: percentileOfSorted(sorted, 0.99),
    max: sorted.at(-1) ?? NaN,
  };
}

function percentileOfSorted(sorted: readonly number[], share: number): number {
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)];
  const above = sorted[Math.ceil(position)];
  if (below === undefined || above === undefined) return NaN;
  return below + (above - below) * (position - Math.floor(position));
}
