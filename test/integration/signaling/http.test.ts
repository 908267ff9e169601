import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { join } from 'node:path';

import { Router } from 'express';
import { pino } from 'pino';

import { Counters } from '../../../signaling/counters.js';
import { createApp } from '../../../signaling/http/app.js';
import { listen } from '../../../signaling/http/listen.js';
import { OriginPolicy } from '../../../signaling/http/origin-policy.js';
import { makeTemporaryFolder, removeFolder } from '../../unit/signaling/temporary-folder.js';

describe('the HTTP service', () => {
  let folder: string;
  let server: Server;
  let url: string;
  let isReady = false;

  const serve = async (publicUrl: string | null): Promise<void> => {
    const app = createApp({
      settings: { publicUrl, trustProxy: 0 },
      origins: new OriginPolicy({ publicUrl, allowedOrigins: [] }),
      operatorRoutes: Router().get('/broken', () => {
        throw new Error('a secret of the inside');
      }),
      clientFolder: join(folder, 'client'),
      isReady: () => isReady,
      counters: new Counters(),
      log: pino({ level: 'silent' }),
    });
    server = createServer(app);
    url = `http://127.0.0.1:${await listen(server, '127.0.0.1', 0)}`;
  };

  beforeEach(async () => {
    folder = await makeTemporaryFolder();
    await mkdir(join(folder, 'client', 'assets'), { recursive: true });
    await writeFile(join(folder, 'client', 'index.html'), '<!doctype html><title>Page</title>');
    await writeFile(join(folder, 'client', 'assets', 'main-1a2b3c.js'), 'export {};');
    await writeFile(join(folder, 'client', 'icon.svg'), '<svg/>');
    await writeFile(join(folder, 'client', '.secret'), 'secret');
    await writeFile(join(folder, 'secret'), 'secret');
    await serve(null);
  });
  afterEach(async () => {
    await new Promise((resolve) => server.close(resolve));
    await removeFolder(folder);
  });

  it('gives the same page at the start, at every room and for the operator, asked for anew', async () => {
    for (const path of ['/', '/r/lobby', '/r/no-such-room', '/operator']) {
      const response = await fetch(url + path);
      assert.equal(response.status, 200, path);
      assert.match(response.headers.get('content-type') ?? '', /^text\/html/);
      assert.equal(response.headers.get('cache-control'), 'no-cache');
      assert.match(await response.text(), /<title>Page/);
    }
  });

  it('lets the page tell people of a wrong address, and programs in JSON', async () => {
    const person = await fetch(`${url}/rooms/lobby`, {
      headers: { accept: 'text/html,*/*;q=0.8' },
    });
    assert.equal(person.status, 404);
    assert.match(await person.text(), /<title>Page/);
    for (const [path, accept] of [
      ['/rooms/lobby', '*/*'],
      ['/api/rooms', 'text/html'],
    ] as const) {
      const program = await fetch(url + path, { headers: { accept } });
      assert.equal(program.status, 404);
      assert.match(program.headers.get('content-type') ?? '', /json/);
    }
  });

  it('lets browsers keep assets for ever, and other files not', async () => {
    const asset = await fetch(`${url}/assets/main-1a2b3c.js`);
    assert.equal(asset.headers.get('cache-control'), 'public, max-age=31536000, immutable');
    assert.match(asset.headers.get('content-type') ?? '', /javascript/);
    const icon = await fetch(`${url}/icon.svg`);
    assert.equal(icon.status, 200);
    assert.ok(!icon.headers.get('cache-control')?.includes('immutable'));
  });

  it('gives nothing outside the client’s folder, and no hidden file', async () => {
    for (const path of ['/..%2fsecret', '/assets/..%2f..%2fsecret', '/.secret', '/assets/', '/x']) {
      const response = await fetch(url + path);
      assert.ok(response.status >= 400 && response.status < 500, `${path} ${response.status}`);
      assert.ok(!(await response.text()).includes('secret'), path);
    }
  });

  it('says what to do when the client is not built', async () => {
    await removeFolder(join(folder, 'client'));
    const response = await fetch(`${url}/r/lobby`);
    assert.equal(response.status, 503);
    assert.match(await response.text(), /npm run build/);
  });

  it('confines its pages', async () => {
    const { headers } = await fetch(`${url}/r/lobby`);
    const policy = Object.fromEntries(
      (headers.get('content-security-policy') ?? '')
        .split(';')
        .map((directive) => directive.trim().split(' '))
        .map(([name, ...values]) => [name ?? '', values.join(' ')]),
    );
    assert.equal(policy['script-src'], "'self' 'wasm-unsafe-eval'");
    assert.equal(policy['style-src'], "'self'");
    assert.equal(policy['media-src'], "'self' blob:");
    assert.equal(policy['worker-src'], "'self' blob:");
    assert.equal(
      policy['connect-src'],
      `'self' ${url.replace('http', 'ws')} ${url.replace('http', 'wss')}`,
    );
    assert.equal(policy['frame-ancestors'], "'none'");
    assert.equal(policy['upgrade-insecure-requests'], undefined);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('referrer-policy'), 'no-referrer');
    assert.equal(headers.get('x-powered-by'), null);
    assert.equal(headers.get('strict-transport-security'), null);
  });

  it('insists on https where the public address does', async () => {
    await new Promise((resolve) => server.close(resolve));
    await serve('https://share.example.org');
    const { headers } = await fetch(url);
    assert.match(headers.get('strict-transport-security') ?? '', /max-age=\d+/);
  });

  it('says that it lives, and whether it is ready', async () => {
    const answer = async (path: string): Promise<[number, unknown]> => {
      const response = await fetch(url + path);
      return [response.status, await response.json()];
    };
    assert.deepEqual(await answer('/livez'), [200, { status: 'alive' }]);
    assert.deepEqual(await answer('/readyz'), [503, { status: 'not-ready' }]);
    isReady = true;
    assert.deepEqual(await answer('/readyz'), [200, { status: 'ready' }]);
  });

  it('answers errors in JSON, and keeps the inside to itself', async () => {
    const missing = await fetch(`${url}/api/nothing`);
    assert.equal(missing.status, 404);
    assert.deepEqual(await missing.json(), {
      error: { code: 'bad-request', message: 'There is nothing at this address.' },
    });
    const broken = await fetch(`${url}/api/operator/broken`);
    assert.equal(broken.status, 500);
    assert.deepEqual(await broken.json(), {
      error: { code: 'internal-error', message: 'Something went wrong in the service.' },
    });
    const malformed = await fetch(`${url}/r/%ff`);
    assert.equal(malformed.status, 400);
    assert.match(malformed.headers.get('content-type') ?? '', /json/);
  });
});
