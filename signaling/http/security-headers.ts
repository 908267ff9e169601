import type { IncomingMessage } from 'node:http';

import type { RequestHandler } from 'express';
import helmet from 'helmet';

import type { Settings } from '../../deploy/settings.js';

const plainHost = /^[A-Za-z0-9.:[\]-]{1,260}$/;

/**
 * Headers that confine the pages: scripts and styles come from here alone (the sound decoder
 * is WebAssembly), media and workers may be made by the page itself, nobody frames them.
 */
export function securityHeaders({ publicUrl }: Pick<Settings, 'publicUrl'>): RequestHandler {
  const isAlwaysSecure = publicUrl?.startsWith('https:') ?? false;
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        mediaSrc: ["'self'", 'blob:'],
        workerSrc: ["'self'", 'blob:'],
        connectSrc: ["'self'", ownWebSockets],
        fontSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // These speak of secure contexts; over plain http browsers only complain about them.
    strictTransportSecurity: isAlwaysSecure,
    crossOriginOpenerPolicy: isAlwaysSecure,
    originAgentCluster: isAlwaysSecure,
  });
}

/** Safari before 15.4 does not take a WebSocket to the own host for `'self'`. */
function ownWebSockets({ headers }: IncomingMessage): string {
  const { host = '' } = headers;
  return plainHost.test(host) ? `ws://${host} wss://${host}` : "'self'";
}
