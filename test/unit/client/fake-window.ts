import { after, before } from 'mocha';

import { FakeClock } from '../fake-clock.js';

/** Gives a suite a `window` whose timers wait until the clock is moved. */
export function useFakeWindow(): FakeClock {
  const clock = new FakeClock();
  const cancels = new Map<number, () => void>();
  let newest = 0;
  const fake = {
    setTimeout: (run: () => void, delayMs = 0): number => {
      newest += 1;
      cancels.set(newest, clock.after(delayMs, run));
      return newest;
    },
    clearTimeout: (timer: number | undefined): void => {
      if (timer !== undefined) cancels.get(timer)?.();
    },
  };
  before(() => void Object.assign(globalThis, { window: fake }));
  after(() => void Reflect.deleteProperty(globalThis, 'window'));
  return clock;
}
