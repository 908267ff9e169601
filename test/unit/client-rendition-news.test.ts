import assert from 'node:assert/strict';

import { beforeEach, describe, it } from 'mocha';

import { RenditionNews, reductionOf } from '../../client/src/session/rendition-news.js';

describe('what a member is told of the picture', () => {
  let news: RenditionNews;

  beforeEach(() => {
    news = new RenditionNews();
  });

  it('is nothing while it comes in full, also when it pauses', () => {
    assert.equal(news.take('auto', null), null);
    assert.equal(news.take('auto', 'main'), null);
    assert.equal(news.take('auto', null), null);
    assert.equal(news.take('auto', 'main'), null);
  });

  it('is once that the network made it smaller, and once that it is whole again', () => {
    news.take('auto', 'main');
    assert.equal(news.take('auto', 'small'), 'reduced');
    assert.equal(news.take('auto', 'small'), null);
    assert.equal(news.take('auto', null), null);
    assert.equal(news.take('auto', 'small'), null);
    assert.equal(news.take('auto', 'main'), 'restored');
    assert.equal(news.take('auto', 'main'), null);
  });

  it('is nothing of what the member chose, nor of the moment until that comes', () => {
    news.take('auto', 'main');
    assert.equal(news.take('small', 'main'), null);
    assert.equal(news.take('small', 'small'), null);
    assert.equal(news.take('auto', 'small'), null);
    assert.equal(news.take('auto', 'main'), null);
    assert.equal(news.take('auto', 'small'), 'reduced');
    assert.equal(news.take('main', 'small'), null);
    assert.equal(news.take('main', 'main'), null);
  });
});

describe('the reason for a smaller picture', () => {
  it('is the network, unless the member chose it', () => {
    assert.equal(reductionOf('auto', 'small'), 'slow');
    assert.equal(reductionOf('small', 'small'), 'saving');
    assert.equal(reductionOf('main', 'small'), null);
    assert.equal(reductionOf('auto', 'main'), null);
    assert.equal(reductionOf('small', 'main'), null);
    assert.equal(reductionOf('auto', null), null);
  });
});
