import assert from 'node:assert/strict';

import { describe, it } from 'mocha';

import { formatTargets, isMet } from '../tools/report.js';
import { median, percentile, summarise } from '../tools/statistics.js';
import { formatTable } from '../tools/table.js';

describe('statistics', () => {
  it('takes the middle of an odd series and the mean of the middle two of an even one', () => {
    assert.equal(median([9, 1, 5]), 5);
    assert.equal(median([1, 2, 3, 10]), 2.5);
  });

  it('interpolates percentiles', () => {
    const series = Array.from({ length: 101 }, (_, at) => 100 - at);
    assert.equal(percentile(series, 0.95), 95);
    assert.equal(percentile([0, 10], 0.25), 2.5);
  });

  it('summarises a series without changing it', () => {
    const series = [30, 10, 20];
    const summary = summarise(series);
    assert.deepEqual(series, [30, 10, 20]);
    assert.deepEqual(
      [summary.count, summary.mean, summary.min, summary.p50, summary.max],
      [3, 20, 10, 20, 30],
    );
  });

  it('has no figures for an empty series', () => {
    assert.equal(summarise([]).count, 0);
    assert.ok(Number.isNaN(summarise([]).p50));
  });
});

describe('reports', () => {
  it('align columns', () => {
    assert.equal(
      formatTable([
        ['', 'p50'],
        ['chromium', '9'],
      ]),
      ['          p50', '--------  ---', 'chromium    9'].join('\n'),
    );
  });

  it('hold a figure against its limit in either direction', () => {
    assert.ok(isMet({ name: 'p50', value: 45, limit: 45, better: 'lower' }));
    assert.ok(!isMet({ name: 'fps', value: 28.9, limit: 29, better: 'higher' }));
  });

  it('do not count a figure that is missing as met', () => {
    const missing = { name: 'p50', value: NaN, limit: 45, better: 'lower' } as const;
    assert.match(formatTargets([missing]), /^MISSED p50/);
  });
});
