import { existsSync } from 'node:fs';
import { join } from 'node:path';

import express, { Router } from 'express';
import type { RequestHandler } from 'express';

const yearMs = 365 * 24 * 3600 * 1000;

/**
 * Serves the built client. Files under `assets/` carry a hash of their content in their name
 * and never change; every page address gets the same `index.html`, which also tells
 * people of an address that does not exist; whether a room does cannot be told from it.
 * @param folder holds `index.html` and `assets/`
 */
export function clientFiles(folder: string): Router {
  return Router()
    .use(
      '/assets',
      express.static(join(folder, 'assets'), {
        immutable: true,
        maxAge: yearMs,
        index: false,
        redirect: false,
      }),
    )
    .get(['/', '/check', '/r/:roomId', '/operator'], servePage(folder, 200))
    .use(express.static(folder, { index: false, redirect: false }))
    .get('/*path', forPeople(servePage(folder, 404)));
}

function servePage(folder: string, status: 200 | 404): RequestHandler {
  return (_request, response, next) => {
    if (!existsSync(join(folder, 'index.html'))) {
      response.status(503).type('text').send('The client is not built. Run: npm run build\n');
      return;
    }
    const options = { root: folder, cacheControl: false, headers: pageHeaders };
    response.status(status).sendFile('index.html', options, (error: Error | undefined) => {
      if (error) next(error);
    });
  };
}

/** Only for a browser that was led somewhere; not for one that fetches a picture or a script. */
function forPeople(handler: RequestHandler): RequestHandler {
  return (request, response, next) => {
    if (request.accepts(['json', 'html']) === 'html') void handler(request, response, next);
    else next();
  };
}

/** A page names its assets, so that it must be asked for anew to get newer ones. */
const pageHeaders = { 'Cache-Control': 'no-cache' };
