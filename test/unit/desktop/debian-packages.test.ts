import assert from 'node:assert/strict';

import { describe, it } from 'mocha';

import {
  debianPackageOf,
  debianPackages,
} from '../../../media-host/supervision/debian-packages.js';

describe('the list of Debian packages', () => {
  it('names every package once', () => {
    const names = [...debianPackages.run, ...debianPackages.test].map((entry) => entry.package);
    assert.equal(new Set(names).size, names.length);
  });

  it('covers every program that a desktop starts', () => {
    for (const program of [
      ...['Xvnc', 'bwrap', 'pulseaudio', 'parec', 'dbus-run-session'],
      ...['xfsettingsd', 'xfwm4', 'xfce4-panel', 'xfdesktop'],
    ]) {
      assert.ok(debianPackageOf(program), program);
    }
  });

  it('knows a program by its path as well, and no program that is not ours', () => {
    assert.equal(debianPackageOf('/usr/local/bin/bwrap'), 'bubblewrap');
    assert.equal(debianPackageOf('emacs'), null);
  });
});
