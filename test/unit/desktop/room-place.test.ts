import assert from 'node:assert/strict';

import { describe, it } from 'mocha';

import { resolverBindOf } from '../../../media-host/desktop/room-place.js';

const shown = (path: string): unknown => [{ source: path, target: path, writable: false }];

describe('the name resolution of a room', () => {
  it('is shown where it is configured below /run', () => {
    assert.deepEqual(
      resolverBindOf('/run/systemd/resolve/stub-resolv.conf'),
      shown('/run/systemd/resolve'),
    );
  });

  it('is shown, and nothing else of /run, where it is configured in /run itself', () => {
    assert.deepEqual(resolverBindOf('/run/resolv.conf'), shown('/run/resolv.conf'));
  });

  it('needs nothing where it is configured elsewhere', () => {
    assert.deepEqual(resolverBindOf('/etc/resolv.conf'), []);
    assert.deepEqual(resolverBindOf('/runner/resolv.conf'), []);
  });
});
