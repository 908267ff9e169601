/** More than this many viewers of one room are refused, however many processes feed them. */
export const maxViewersPerRoom = 200;
/** A process beyond the cores of any machine that would run one adds nothing but memory. */
const maxFanOutsPerRoom = 8;
/** Share of a process's places that is kept free, so that newcomers need not wait for the next process. */
const spareShare = 0.1;

/** A fan-out process as placement sees it. */
export interface FanOutLoad {
  readonly viewerCount: number;
  readonly isRunning: boolean;
}

/** How many fan-out processes a room with this many viewers needs; at least one. */
export function neededFanOuts(viewerCount: number, viewersPerFanOut: number): number {
  const spare = Math.ceil(viewersPerFanOut * spareShare);
  // Nobody there needs nothing in reserve.
  const wanted = viewerCount === 0 ? 1 : Math.ceil((viewerCount + spare) / viewersPerFanOut);
  return Math.min(maxFanOutsPerRoom, Math.max(1, wanted));
}

/**
 * Chooses the process for a new viewer: the least loaded of the oldest ones that the room needs, so
 * that surplus ones drain as their viewers leave.
 * @param fanOuts oldest first
 * @param neededCount how many of them the room needs
 * @returns null when none of them is running and has a place
 */
export function placeFor<T extends FanOutLoad>(
  fanOuts: readonly T[],
  neededCount: number,
  viewersPerFanOut: number,
): T | null {
  const running = fanOuts.filter(({ isRunning }) => isRunning);
  const chosen = leastLoaded(running.slice(0, neededCount));
  return chosen && chosen.viewerCount < viewersPerFanOut ? chosen : null;
}

/** @returns the oldest of those with the fewest viewers; null when there is none */
export function leastLoaded<T extends FanOutLoad>(fanOuts: readonly T[]): T | null {
  return fanOuts.reduce<T | null>(
    (best, one) => (best && best.viewerCount <= one.viewerCount ? best : one),
    null,
  );
}
