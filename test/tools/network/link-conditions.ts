/** How much may wait for a link that is busy: the packet that exceeds it is dropped. */
export type QueueLimit =
  | { readonly bytes: number }
  /** As many bytes as the link carries in this time, ms. */
  | { readonly ms: number };

/** What a link does to the packets that travel in one direction. */
export interface LinkConditions {
  /** From the end of serialisation to arrival, ms. */
  readonly delayMs: number;
  /** The delay varies by up to this much either way, ms; packets stay in order. */
  readonly jitterMs: number;
  /** Share of packets that are lost on the way, 0 to 1. */
  readonly loss: number;
  /** Packets lost in a row, on average; 1 loses each packet by itself, whatever happened before. */
  readonly meanBurst: number;
  /** Kilobits a second; null carries everything at once. */
  readonly rateKbps: number | null;
  readonly queue: QueueLimit;
}

/** A link that changes nothing. */
export const cleanLink: LinkConditions = {
  delayMs: 0,
  jitterMs: 0,
  loss: 0,
  meanBurst: 1,
  rateKbps: null,
  queue: { ms: 200 },
};

/** The two directions of a link between the ends A and B. */
export interface LinkSettings {
  readonly aToB: LinkConditions;
  readonly bToA: LinkConditions;
}

/** The same conditions both ways. */
export function bothWays(conditions: Partial<LinkConditions>): LinkSettings {
  const all = { ...cleanLink, ...conditions };
  return { aToB: all, bToA: all };
}

/** What became of the packets of one direction. */
export interface LinkCounters {
  readonly carried: number;
  readonly carriedBytes: number;
  /** Lost by chance. */
  readonly lost: number;
  /** Dropped because the queue before the link was full. */
  readonly queueDrops: number;
  /** Dropped because the other end had not been heard of yet. */
  readonly unaddressed: number;
}

/** @throws RangeError that names what makes no sense */
export function checkConditions(conditions: LinkConditions): void {
  const { delayMs, jitterMs, loss, meanBurst, rateKbps, queue } = conditions;
  if (!(delayMs >= 0)) throw new RangeError(`delayMs is ${delayMs}`);
  if (!(jitterMs >= 0)) throw new RangeError(`jitterMs is ${jitterMs}`);
  if (!(loss >= 0 && loss <= 1)) throw new RangeError(`loss is ${loss}`);
  if (!(meanBurst >= 1)) throw new RangeError(`meanBurst is ${meanBurst}`);
  if (rateKbps !== null && !(rateKbps > 0)) throw new RangeError(`rateKbps is ${rateKbps}`);
  const limit = 'bytes' in queue ? queue.bytes : queue.ms;
  if (!(limit > 0)) throw new RangeError(`the queue limit is ${limit}`);
}
