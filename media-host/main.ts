import { createHostPass, createHostToken, loadHostSecret } from '../deploy/host-secret.js';
import { createLog } from '../deploy/log.js';
import { ServiceError } from '../deploy/service-error.js';
import { loadSettings } from '../deploy/settings.js';

import { Desktops } from './desktop/desktops.js';
import { MediaHost } from './host/media-host.js';
import { heartbeatIntervalMs } from './supervision/child-process.js';
import { sendReady, startHeartbeat } from './supervision/ipc.js';

/* A media host as a process: it registers with the signaling service and runs the rooms it is given. */

async function main(): Promise<void> {
  const settings = loadSettings(process.env);
  const logger = createLog('media-host', settings).child({ hostId: settings.hostId });
  const secret = await loadHostSecret(settings);
  const { dataDir, desktopCommand, icePortMin, icePortMax } = settings;
  const desktops = await Desktops.open({
    dataDir,
    desktopCommand: desktopCommand === '' ? null : desktopCommand,
    logger,
  });
  const host = new MediaHost({
    signalingUrl: settings.signalingUrl,
    makeToken: () => createHostToken(secret, settings.hostId),
    pass: createHostPass(secret),
    desktops,
    dataDir,
    network: {
      signalingUrl: settings.signalingUrl,
      bindAddress: settings.iceAddress,
      portRange:
        icePortMin === null || icePortMax === null ? null : { first: icePortMin, last: icePortMax },
      viewersPerFanOut: settings.viewersPerFanOut,
    },
    logger,
  });
  let closing = false;
  const end = (): void => {
    if (closing) return;
    closing = true;
    void host.close().then(() => process.exit(0));
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  process.on('disconnect', end);
  startHeartbeat(process, heartbeatIntervalMs);
  sendReady(process);
}

main().catch((error: unknown) => {
  if (error instanceof ServiceError) {
    console.error(error.message);
    process.exit(error.exitCode);
  }
  console.error(error);
  process.exit(1);
});
