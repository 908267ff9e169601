import { describe } from 'mocha';

import { describeWith } from '../requirements.js';

import { networkProblem } from './network-problem.js';

/** Programs the network laboratory runs. */
export const networkPrograms = ['ip', 'iptables', 'sysctl', 'socat'];

/** A `describe` that is skipped, with the reason in its title, where networks cannot be made. */
export function describeWithNetworks(
  programs: readonly string[],
  title: string,
  body: (this: Mocha.Suite) => void,
): void {
  const reason = networkProblem();
  if (reason === null) describeWith([...networkPrograms, ...programs], title, body);
  else describe.skip(`${title} (skipped: ${reason})`, body);
}
