import express from 'express';
import type { Express, RequestHandler, Router } from 'express';
import type { Logger } from 'pino';

import type { Settings } from '../../deploy/settings.js';
import type { Counters } from '../counters.js';

import { clientFiles } from './client-files.js';
import { httpErrors, notFound, sendError } from './http-errors.js';
import type { OriginPolicy } from './origin-policy.js';
import { securityHeaders } from './security-headers.js';

export interface AppParts {
  readonly settings: Pick<Settings, 'publicUrl' | 'trustProxy'>;
  readonly origins: OriginPolicy;
  /** Mounted at `/api/operator`. */
  readonly operatorRoutes: Router;
  /** The built client. */
  readonly clientFolder: string;
  /** Whether people who come now find a desktop; see `Readiness`. */
  readonly isReady: () => boolean;
  readonly counters: Counters;
  readonly log: Logger;
}

/** Everything the service answers over HTTP but Socket.IO. */
export function createApp(parts: AppParts): Express {
  const { settings, operatorRoutes, clientFolder, isReady, counters, log } = parts;
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', settings.trustProxy);
  app.use(securityHeaders(settings));
  app.get('/livez', (_request, response) => {
    response.set('Cache-Control', 'no-store').json({ status: 'alive' });
  });
  app.get('/readyz', (_request, response) => {
    const status = isReady() ? 'ready' : 'not-ready';
    response.set('Cache-Control', 'no-store');
    response.status(status === 'ready' ? 200 : 503).json({ status });
  });
  app.use('/api', refuseForeignOrigins(parts), noStore);
  app.use('/api/operator', operatorRoutes);
  app.use('/api', notFound);
  app.use(clientFiles(clientFolder));
  app.use(notFound);
  app.use(httpErrors(log, counters));
  return app;
}

/** Other sites' pages may not act here with the operator's cookie (cross-site request forgery). */
function refuseForeignOrigins({ origins, counters }: AppParts): RequestHandler {
  return (request, response, next) => {
    if (origins.allows(request)) {
      next();
      return;
    }
    counters.increment('originsRefused');
    sendError(response, 403, 'unauthorized', 'Pages of other sites may not use this service.');
  };
}

const noStore: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-store');
  next();
};
