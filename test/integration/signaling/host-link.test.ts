import assert from 'node:assert/strict';

import { pino } from 'pino';

import { createHostPass, createHostToken } from '../../../deploy/host-secret.js';
import { SignalingLink, type LinkHandlers } from '../../../media-host/host/signaling-link.js';
import { makeTemporaryFolder, removeFolder } from '../../unit/signaling/temporary-folder.js';

import { hostSecret, startSignaling } from './signaling-process.js';

describe('a media host’s link to the signaling service', () => {
  it('is tried again when no token could be made', async () => {
    const folder = await makeTemporaryFolder();
    const signaling = await startSignaling(folder);
    let attempts = 0;
    let link: SignalingLink | null = null;
    try {
      await new Promise<void>((resolve) => {
        link = new SignalingLink({
          signalingUrl: signaling.url,
          makeToken: () => {
            attempts += 1;
            return attempts === 1
              ? Promise.reject(new Error('no token'))
              : createHostToken(hostSecret, 'host-1');
          },
          pass: createHostPass(hostSecret),
          handlers: {
            'rooms:assign': () => ({}),
            'control:update': () => ({}),
          } as unknown as LinkHandlers,
          onConnect: resolve,
          logger: pino({ enabled: false }),
        });
      });
      assert.equal(attempts, 2);
    } finally {
      (link as SignalingLink | null)?.close();
      await signaling.process.stop();
      await removeFolder(folder);
    }
  });
});
