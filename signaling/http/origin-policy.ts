import type { IncomingMessage } from 'node:http';

import type { Settings } from '../../deploy/settings.js';

/**
 * Which web pages may talk to the service: its own, those of its public address, and those of
 * the origins that are allowed besides. Programs that are no browsers send no origin.
 */
export class OriginPolicy {
  /** Origins that are allowed wherever the service is reached. */
  readonly foreignOrigins: readonly string[];

  constructor({ publicUrl, allowedOrigins }: Pick<Settings, 'publicUrl' | 'allowedOrigins'>) {
    this.foreignOrigins = publicUrl === null ? allowedOrigins : [publicUrl, ...allowedOrigins];
  }

  allows({ headers }: IncomingMessage): boolean {
    const { origin, host } = headers;
    // Browsers leave the origin out of some requests, but then say that they are cross-site.
    if (origin === undefined) return headers['sec-fetch-site'] !== 'cross-site';
    return this.foreignOrigins.includes(origin) || isSameOrigin(origin, host ?? '');
  }
}

/** The scheme does not count: a proxy before the service may speak https for it. */
function isSameOrigin(origin: string, host: string): boolean {
  if (!/^https?:\/\//.test(origin) || !URL.canParse(origin)) return false;
  const own = `${new URL(origin).protocol}//${host}`;
  return URL.canParse(own) && new URL(own).host === new URL(origin).host;
}
