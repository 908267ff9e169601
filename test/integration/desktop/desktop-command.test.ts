import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { afterEach, it } from 'mocha';

import { packageRoot } from '../../../media-host/supervision/package-root.js';
import { Cleanup } from '../../tools/cleanup.js';
import { eventually } from '../../tools/eventually.js';
import { describeWith } from '../../tools/requirements.js';
import { XDisplay } from '../../tools/x-display.js';

import { desktopPrograms, pixelAt, RoomsUnderTest, running } from './rooms-under-test.js';

describeWith(desktopPrograms, 'a desktop with the operator’s own command', function () {
  this.timeout(60_000);
  const cleanup = new Cleanup();
  afterEach(() => cleanup.run());

  const open = async (command: string): Promise<RoomsUnderTest> =>
    cleanup.add(await RoomsUnderTest.open(command), (rooms) => rooms.close());
  const start = async (rooms: RoomsUnderTest, roomId: string) => {
    const desktop = cleanup.add(rooms.create(roomId), (created) => created.stop());
    await running(desktop);
    return desktop;
  };

  it('shows it the machine’s /tmp and this program, but neither data nor other rooms', async () => {
    const report = cleanup.add(await mkdtemp('/tmp/share-space-report-'), (path) =>
      rm(path, { recursive: true }),
    );
    await chmod(report, 0o777);
    const script = [
      `ls '${packageRoot}/package.json'`,
      `ls -A $(cat ${report}/hidden)`,
      'echo "$XDG_RUNTIME_DIR"',
      'pactl info >/dev/null && echo sound',
    ].join('; ');
    const rooms = await open(
      `{ ${script}; } >${report}/draft 2>/dev/null; mv ${report}/draft ${report}/done; exec sleep infinity`,
    );
    await writeFile(join(report, 'hidden'), rooms.dataDir, { mode: 0o644 });
    await start(rooms, 'own');
    const text = await eventually('the report', () =>
      readFile(join(report, 'done'), 'utf8').catch(() => null),
    );
    assert.deepEqual(text.trim().split('\n'), [
      join(packageRoot, 'package.json'),
      '/run/user/1000',
      'sound',
    ]);
  });

  it('asks it to end and lets it save', async () => {
    const rooms = await open(
      'trap "echo saved > ~/note; exit" TERM; echo ready > ~/note; while :; do sleep 0.05; done',
    );
    const desktop = await start(rooms, 'saving');
    const note = join(rooms.home('saving'), 'note');
    await eventually('the command', () => readFile(note, 'utf8').catch(() => null));
    await desktop.stop();
    assert.equal(await readFile(note, 'utf8'), 'saved\n');
  });

  describeWith(['firefox-esr'], 'the web browser', () => {
    it('shows a page, and asks nothing before', async () => {
      const asked: string[] = [];
      const server = createServer((request, response) => {
        asked.push(request.url ?? '');
        response.setHeader('content-type', 'text/html');
        response.end('<body style="background:#0b8457"></body>');
      }).listen(0, '127.0.0.1');
      cleanup.add(server, async () => {
        server.closeAllConnections();
        server.close();
        await once(server, 'close');
      });
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const rooms = await open(`exec firefox-esr --kiosk http://127.0.0.1:${port}/page`);
      const desktop = await start(rooms, 'browser');
      const display = cleanup.add(await XDisplay.connect(desktop.endpoints!), (opened) => {
        opened.close();
        return Promise.resolve();
      });
      await eventually(
        'the page',
        async () => pixelAt(await display.grab(), 640, 360) === 0x0b8457,
      );
      assert.ok(asked.includes('/page'));
    });
  });
});
