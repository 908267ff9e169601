import { randomBytes } from 'node:crypto';

/** An identifier nobody can guess (144 bits), safe in URLs; fits `opaqueIdSchema`. */
export function createOpaqueId(): string {
  return randomBytes(18).toString('base64url');
}
