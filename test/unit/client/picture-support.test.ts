import assert from 'node:assert/strict';

import { afterEach, describe, it } from 'mocha';

import { missingPictureSupport } from '../../../client/src/media/picture-support.js';

const frameCallback = { requestVideoFrameCallback: () => 0 };

describe('what a browser lacks for the picture', () => {
  afterEach(() => {
    for (const name of ['window', 'HTMLVideoElement']) Reflect.deleteProperty(globalThis, name);
  });

  const browserWith = (window: object, videoElement: object): void =>
    void Object.assign(globalThis, { window, HTMLVideoElement: { prototype: videoElement } });

  it('is nothing in a current one', () => {
    browserWith({ MediaSource: EventTarget }, frameCallback);
    assert.equal(missingPictureSupport(), null);
  });

  it('is nothing on a current iPhone, which has a MediaSource of its own kind', () => {
    browserWith({ ManagedMediaSource: EventTarget }, frameCallback);
    assert.equal(missingPictureSupport(), null);
  });

  it('is a MediaSource on an old iPhone', () => {
    browserWith({}, frameCallback);
    assert.equal(missingPictureSupport(), 'media-source');
  });

  it('is news of pictures on the screen in Firefox before 132', () => {
    browserWith({ MediaSource: EventTarget }, {});
    assert.equal(missingPictureSupport(), 'frame-callback');
  });
});
