import assert from 'node:assert/strict';

import { describe, it } from 'mocha';

import { newCookie, xauthorityFile } from '../../../media-host/desktop/xauthority.js';

describe('an Xauthority file', () => {
  it('holds one cookie for a display, whatever the address', () => {
    const cookie = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
    const expected = [
      'ffff', // any address
      '0000',
      '0003313031', // "101"
      '00124d49542d4d414749432d434f4f4b49452d31', // "MIT-MAGIC-COOKIE-1"
      '001000112233445566778899aabbccddeeff',
    ];
    assert.equal(xauthorityFile(101, cookie).toString('hex'), expected.join(''));
  });

  it('gets a fresh cookie of 128 bits every time', () => {
    assert.equal(newCookie().length, 16);
    assert.notDeepEqual(newCookie(), newCookie());
  });
});
