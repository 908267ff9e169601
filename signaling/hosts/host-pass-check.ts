import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import { createHostPass, hostPassHeader } from '../../deploy/host-secret.js';

/**
 * Tells media hosts from others before they have a socket. It lets nobody in: it keeps a place for
 * them where pages, or the programs of a desktop, have taken all that their address gets.
 */
export function hostPassCheck(hostSecret: string): (request: IncomingMessage) => boolean {
  const expected = Buffer.from(createHostPass(hostSecret));
  return ({ headers }) => {
    const given = Buffer.from(String(headers[hostPassHeader] ?? ''));
    return given.length === expected.length && timingSafeEqual(given, expected);
  };
}
