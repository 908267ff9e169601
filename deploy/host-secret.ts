import { createHmac, randomUUID } from 'node:crypto';

import { SignJWT } from 'jose';

import { hostTokenAudience } from '../signaling/protocol/host-events.js';

import { loadKeptSecret } from './kept-secret.js';
import type { Settings } from './settings.js';

/** A media host makes a token for each attempt to connect, so it need not live long. */
const tokenLifetimeSeconds = 30;

/**
 * The secret that media hosts register with: the setting, or else the content of
 * `DATA_DIR/host-secret`. The signaling service and a media host of the same data folder so
 * agree by themselves.
 * @throws ServiceError that names the file when it holds no secret, or cannot be read or made
 */
export async function loadHostSecret(
  settings: Pick<Settings, 'dataDir' | 'hostSecret'>,
): Promise<string> {
  if (settings.hostSecret !== null) return settings.hostSecret;
  const remedy = 'Remove it to have a new one made, or set SHARE_SPACE_HOST_SECRET.';
  return loadKeptSecret(settings.dataDir, 'host-secret', remedy);
}

/**
 * A token with which a media host registers, once and within 30 s (RFC 7519, HS256).
 * @param hostId becomes the token's subject
 */
export function createHostToken(secret: string, hostId: string): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(hostId)
    .setAudience(hostTokenAudience)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime(`${tokenLifetimeSeconds}s`)
    .sign(new TextEncoder().encode(secret));
}

/** The HTTP header in which a media host's connection carries its pass. */
export const hostPassHeader = 'x-share-space-host';

/** Shows that a connection is a media host's, before it registers; the same for all and for ever. */
export const createHostPass = (secret: string): string =>
  createHmac('sha256', secret).update('share-space-host-pass').digest('base64url');
