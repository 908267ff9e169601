import { computed, onScopeDispose, ref, shallowRef } from 'vue';
import type { ComputedRef, Ref, ShallowRef } from 'vue';

import { browserParts } from '../check/browser-parts.js';
import { reportOf } from '../check/check-report.js';
import { nothingKnown } from '../check/check-result.js';
import type { CheckResults } from '../check/check-result.js';
import { ConnectionCheck } from '../check/connection-check.js';
import { verdictOf } from '../check/verdict.js';
import type { Verdict } from '../check/verdict.js';

interface ConnectionCheckView {
  readonly results: Readonly<ShallowRef<CheckResults>>;
  readonly verdict: ComputedRef<Verdict>;
  readonly isRunning: Readonly<Ref<boolean>>;
  /** Runs every test anew. */
  readonly run: () => Promise<void>;
  /** What is known, as plain text. */
  readonly report: () => string;
}

/** A connection check that starts at once. */
export function useConnectionCheck(): ConnectionCheckView {
  const results = shallowRef(nothingKnown);
  const isRunning = ref(false);
  let check: ConnectionCheck | null = null;

  const run = async (): Promise<void> => {
    check?.close();
    results.value = nothingKnown;
    isRunning.value = true;
    const mine = new ConnectionCheck(browserParts(), (next) => (results.value = next));
    check = mine;
    await mine.run();
    if (check === mine) isRunning.value = false;
  };
  void run();
  onScopeDispose(() => check?.close());

  return {
    results,
    verdict: computed(() => verdictOf(results.value)),
    isRunning,
    run,
    report: () =>
      reportOf(results.value, {
        address: location.origin,
        browser: navigator.userAgent,
        time: new Date(),
      }),
  };
}
