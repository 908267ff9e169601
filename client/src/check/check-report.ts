import { text } from '../text/index.js';

import { checkNames } from './check-result.js';
import type { CheckName, CheckOutcome, CheckResults } from './check-result.js';
import { verdictOf } from './verdict.js';

/** What a report says of where it was made. */
export interface ReportContext {
  readonly address: string;
  readonly browser: string;
  readonly time: Date;
}

/** What a line says of a test, and what to do about it. */
export function explanationOf(
  name: CheckName,
  outcome: CheckOutcome,
): { readonly says: string; readonly advice?: string } | undefined {
  const ofName: Partial<Record<string, { says: string; advice?: string }>> =
    text.check.explanations[name];
  return ofName[outcome.reason];
}

/**
 * A check as plain text, to be sent to whoever helps. It holds no address of this browser, no room and
 * no credential.
 */
export function reportOf(results: CheckResults, { address, browser, time }: ReportContext): string {
  const { check, productName } = text;
  const lines = checkNames.map((name) => {
    const outcome = results[name];
    if (!outcome) return `${check.names[name]}: ${check.states.testing}`;
    const { state, roundTripMs } = outcome;
    const figure = roundTripMs === null ? '' : `, ${check.roundTrip(roundTripMs)}`;
    const says = explanationOf(name, outcome)?.says ?? outcome.reason;
    return `${check.names[name]}: ${check.states[state]}${figure}. ${says}`;
  });
  return [
    `${productName}: ${check.title}`,
    check.verdicts[verdictOf(results)].title,
    '',
    ...lines,
    '',
    `${address} · ${time.toISOString()}`,
    browser,
    '',
  ].join('\n');
}
