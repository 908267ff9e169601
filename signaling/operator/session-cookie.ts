import type { IncomingMessage } from 'node:http';

import type { CookieOptions } from 'express';

export const sessionCookieName = 'share_space_operator';

const sessionCookie = new RegExp(`(?:^|;) *${sessionCookieName}=([A-Za-z0-9_-]{8,64})(?:;|$)`);

/** No script reads it and no other site's page sends it. */
export const sessionCookieOptions: CookieOptions = {
  httpOnly: true,
  sameSite: 'strict',
  path: '/',
};

/** The operator session a request names, or null. */
export function sessionIdOf({ headers }: IncomingMessage): string | null {
  return sessionCookie.exec(headers.cookie ?? '')?.[1] ?? null;
}
