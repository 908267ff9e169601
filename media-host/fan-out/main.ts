import ndc from 'node-datachannel';

import type { FanOutNotices, FanOutRequests, NoRequests } from '../supervision/child-ipc.js';
import { childLogger, dropPrivileges, live, readOptions } from '../supervision/child-process.js';
import { RequestChannel, serveRequests } from '../supervision/ipc.js';

import { EchoPeers } from './echo-peers.js';
import { fanOutOptionsSchema, fanOutOptionsVariable } from './fan-out-options.js';
import { FanOut } from './fan-out.js';

/* One room's fan-out as a process: the supervisor's requests on one side, WebRTC peers on the other. */

const options = readOptions(fanOutOptionsVariable, fanOutOptionsSchema);
ndc.preload();
dropPrivileges(options.runAs);
const logger = childLogger('fan-out');
ndc.initLogger('Warning', (level, message) => logger.debug({ level }, message));

const supervisor = new RequestChannel<NoRequests, FanOutNotices>(process);
const fanOut = new FanOut(options, {
  onCandidate: (viewerId, transportId, candidate) =>
    supervisor.notify('transport:candidate', { viewerId, transportId, candidate }),
  onViewerLost: (viewerId, why) => {
    logger.info({ viewerId, why }, 'viewer lost');
    supervisor.notify('viewer:lost', { viewerId, why });
  },
  onViewerClosed: (viewerId, counters) => logger.info({ viewerId, ...counters }, 'viewer closed'),
});
const checks = new EchoPeers(options, (checkId, candidate) =>
  supervisor.notify('check:candidate', { checkId, candidate }),
);

serveRequests<FanOutRequests>(
  process,
  {
    'viewer:open': (request) => fanOut.openViewer(request),
    'viewer:start': async ({ viewerId }) => {
      await fanOut.startViewer(viewerId);
      return null;
    },
    'viewer:close': ({ viewerId }) => {
      fanOut.closeViewer(viewerId);
      return null;
    },
    'transport:open': ({ viewerId }) => fanOut.viewer(viewerId).openSend(),
    'transport:connect': ({ viewerId, transportId, remote }) => {
      fanOut.viewer(viewerId).connect(transportId, remote);
      return null;
    },
    'transport:candidate': ({ viewerId, transportId, candidate }) => {
      fanOut.viewer(viewerId).addCandidate(transportId, candidate);
      return null;
    },
    'data:produce': ({ viewerId, transportId, label, sctpStreamParameters }) => ({
      dataProducerId: fanOut.viewer(viewerId).produceData(transportId, label, sctpStreamParameters),
    }),
    'check:open': (request) => checks.open(request),
    'check:connect': ({ checkId, remote }) => {
      checks.connect(checkId, remote);
      return null;
    },
    'check:candidate': ({ checkId, candidate }) => {
      checks.addCandidate(checkId, candidate);
      return null;
    },
    'check:close': ({ checkId }) => {
      checks.closeOne(checkId);
      return null;
    },
    'control:update': ({ controllerId }) => {
      fanOut.setController(controllerId);
      return null;
    },
  },
  {},
  (error, name) => logger.error({ err: error, name }, 'request failed'),
);

live(() => {
  checks.close();
  fanOut.close();
  ndc.cleanup();
});
