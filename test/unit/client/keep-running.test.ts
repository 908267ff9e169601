import assert from 'node:assert/strict';

import { afterEach, beforeEach, describe, it } from 'mocha';

import { keepRunning } from '../../../client/src/media/sound/keep-running.js';

/** An audio context that is stopped from outside, as iOS does it. */
class FakeContext extends EventTarget {
  state: AudioContextState = 'running';
  resumed = 0;
  /** Refuses to resume, as during a call. */
  isTaken = false;

  resume(): Promise<void> {
    this.resumed += 1;
    if (this.isTaken) return Promise.reject(new DOMException('taken', 'InvalidStateError'));
    this.become('running');
    return Promise.resolve();
  }

  become(state: AudioContextState): void {
    this.state = state;
    this.dispatchEvent(new Event('statechange'));
  }
}

class FakePage extends EventTarget {
  visibilityState: DocumentVisibilityState = 'visible';

  show(): void {
    this.visibilityState = 'visible';
    this.dispatchEvent(new Event('visibilitychange'));
  }

  hide(): void {
    this.visibilityState = 'hidden';
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

describe('an audio context on a telephone', () => {
  let context: FakeContext;
  let page: FakePage;
  let stop: () => void;

  const keep = (): void => {
    stop = keepRunning(context, page);
  };

  beforeEach(() => {
    context = new FakeContext();
    page = new FakePage();
    keep();
  });
  afterEach(() => stop());

  it('goes on after a call that leaves it suspended', () => {
    context.become('interrupted');
    assert.equal(context.resumed, 0);
    context.become('suspended');
    assert.equal(context.state, 'running');
  });

  it('is left alone when it goes on by itself', () => {
    context.become('interrupted');
    context.become('running');
    assert.equal(context.resumed, 0);
  });

  it('goes on when the screen is unlocked', () => {
    page.hide();
    context.become('interrupted');
    page.show();
    assert.equal(context.state, 'running');
  });

  it('waits while it is refused, and goes on at the next chance', () => {
    context.become('interrupted');
    context.isTaken = true;
    page.show();
    assert.equal(context.state, 'interrupted');
    context.isTaken = false;
    context.become('suspended');
    assert.equal(context.state, 'running');
  });

  it('is asked once for each interruption, not without end', () => {
    context.isTaken = true;
    context.become('interrupted');
    context.become('suspended');
    context.become('suspended');
    assert.equal(context.resumed, 1);
  });

  it('is not started before the person has touched the page', () => {
    stop();
    context = new FakeContext();
    context.state = 'suspended';
    keep();
    page.hide();
    page.show();
    assert.equal(context.resumed, 0);
    context.become('running');
    context.become('suspended');
    page.show();
    assert.equal(context.resumed, 1);
  });

  it('is forgotten when its player is closed', () => {
    stop();
    context.become('interrupted');
    context.become('suspended');
    page.show();
    assert.equal(context.resumed, 0);
  });
});
