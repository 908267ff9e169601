/** Back and forth between 0 and `range` (excluded), one step for each unit of distance. */
export function swing(distance: number, range: number): number {
  const position = Math.floor(distance) % (2 * range);
  return position < range ? position : 2 * range - 1 - position;
}
