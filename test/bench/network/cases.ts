import { type LinkSettings, bothWays } from '../../tools/network/link-conditions.js';

/** A link that gets worse for a while, and then is as it was. */
export interface LinkStep {
  readonly during: LinkSettings;
  /** How long it is watched before and after, s. */
  readonly beforeSeconds: number;
  readonly afterSeconds: number;
}

/** One row of the matrix. */
export interface NetworkCase {
  readonly name: string;
  readonly link: LinkSettings;
  readonly step: LinkStep | null;
}

/* Half of the round trip each way. What a slow link's queue holds is worth 200 ms, see `cleanLink`. */
const rtt40 = { delayMs: 20 };
const tenMegabits = bothWays({ ...rtt40, rateKbps: 10_000 });

const steady = (name: string, link: LinkSettings): NetworkCase => ({ name, link, step: null });

export const networkCases: readonly NetworkCase[] = [
  steady('clean', bothWays({})),
  steady('rtt-40', bothWays(rtt40)),
  steady('rtt-100', bothWays({ delayMs: 50 })),
  steady('loss-1', bothWays({ ...rtt40, loss: 0.01 })),
  steady('loss-3', bothWays({ ...rtt40, loss: 0.03 })),
  steady('loss-5', bothWays({ ...rtt40, loss: 0.05 })),
  steady('burst-3', bothWays({ ...rtt40, loss: 0.03, meanBurst: 5 })),
  steady('cap-2', bothWays({ ...rtt40, rateKbps: 2000 })),
  steady('cap-1', bothWays({ ...rtt40, rateKbps: 1000 })),
  steady('cap-0.5', bothWays({ ...rtt40, rateKbps: 500 })),
  {
    name: 'step-10-1-10',
    link: tenMegabits,
    step: {
      during: bothWays({ ...rtt40, rateKbps: 1000 }),
      beforeSeconds: 5,
      afterSeconds: 20,
    },
  },
];
