import { createHmac } from 'node:crypto';

export interface TurnCredentials {
  readonly username: string;
  readonly credential: string;
}

/**
 * Credentials that a TURN server checks by the secret it shares with this service, without
 * knowing the user: "A REST API For Access To TURN Services" (draft-uberti-behave-turn-rest-00,
 * section 2.2), coturn's `use-auth-secret`. HMAC-SHA1 is what that interface prescribes.
 * @param name counts for the server's quota of a user; without colon
 * @param expiresAtMs no new allocation is granted after it, ms since the Unix epoch
 */
export function turnCredentials(
  secret: string,
  name: string,
  expiresAtMs: number,
): TurnCredentials {
  const username = `${Math.floor(expiresAtMs / 1000)}:${name}`;
  const credential = createHmac('sha1', secret).update(username).digest('base64');
  return { username, credential };
}
