import type { Demand, VideoDemand } from '../pipeline/broadcast/upstream.js';

import type { Viewer } from './viewer.js';

/** What these viewers need of the pipeline together. */
export function demandOf(
  viewers: Iterable<Pick<Viewer, 'subscriber' | 'sound'>>,
  nowMs: number,
): Demand {
  const main = { receiving: 0, wanting: 0, suffering: 0 };
  const small = { receiving: 0, wanting: 0, suffering: 0 };
  let compatibleSound = 0;
  for (const { subscriber, sound } of viewers) {
    if (sound === 'aac') compatibleSound += 1;
    const isSuffering = subscriber?.policy.isSuffering(nowMs) ?? false;
    // A viewer that only opens has no subscriber yet; it will want what is best.
    const receives = (rendition: 'main' | 'small'): boolean =>
      subscriber ? subscriber.receives(rendition) : rendition === 'main';
    if (receives('main')) main.receiving += 1;
    if (receives('small')) count(small, isSuffering);
    if (subscriber?.state === 'hidden' || subscriber?.state === 'closed') continue;
    if (!(subscriber?.policy.wantsMain ?? true)) continue;
    main.wanting += 1;
    if (isSuffering || subscriber?.policy.rendition === 'small') main.suffering += 1;
  }
  return { main, small, compatibleSound };
}

function count(
  demand: { -readonly [Key in keyof VideoDemand]: number },
  isSuffering: boolean,
): void {
  demand.receiving += 1;
  demand.wanting += 1;
  if (isSuffering) demand.suffering += 1;
}
