import { pino } from 'pino';

import { Desktops } from '../../../media-host/desktop/desktops.js';

/*
 * A media host's desktops as a process of their own, for tests that end it the hard way or run it as
 * somebody else. Arguments: the data folder, the desktop's command. Prints a line of JSON for every status of its one desktop.
 */

const desktops = await Desktops.open({
  dataDir: process.argv[2] ?? '',
  desktopCommand: process.argv[3] ?? 'exec sleep infinity',
  logger: pino({ level: 'silent' }),
});
const desktop = desktops.create({
  roomId: 'hosted',
  size: { width: 640, height: 480 },
  framesPerSecond: 30,
  videoBitrateKbps: 1000,
  videoBitrateMinKbps: 500,
});
desktop.on('status', (status) => {
  const { endpoints } = desktop;
  console.log(JSON.stringify({ status, endpoints, isSandboxed: desktops.isSandboxed }));
});
desktop.start();
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void desktop.stop().then(() => desktops.close()));
}
