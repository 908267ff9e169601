import assert from 'node:assert/strict';

import { describe, it } from 'mocha';

import { MessageBudget } from '../../../media-host/fan-out/message-budget.js';

describe('the messages a viewer may send', () => {
  /** @returns how many of 2000 at once are read */
  function readAtOnce(budget: MessageBudget, nowMs: number): number {
    let read = 0;
    for (let at = 0; at < 2000; at += 1) if (budget.spend(nowMs)) read += 1;
    return read;
  }

  it('are 600 at once, then 300 a second', () => {
    const budget = new MessageBudget();
    assert.equal(readAtOnce(budget, 0), 600);
    assert.equal(readAtOnce(budget, 1000), 300);
    assert.equal(readAtOnce(budget, 1010), 3);
  });

  it('are no more for a viewer that was silent for long', () => {
    const budget = new MessageBudget();
    readAtOnce(budget, 0);
    assert.equal(readAtOnce(budget, 3_600_000), 600);
  });
});
