import { once } from 'node:events';
import { Readable } from 'node:stream';

import type { DesktopSize } from '../../signaling/protocol/identifiers.js';
import type { ProcessSpec } from '../supervision/process-spec.js';
import type { Readiness } from '../supervision/readiness.js';

import { socketFolder } from './display-number.js';
import { processSpecOf, viewOf } from './room-place.js';
import type { RoomPlace } from './room-place.js';

const depth = 24;
const dotsPerInch = 96;
const readyTimeoutMs = 15_000;

/**
 * The room's X server: TigerVNC's Xvnc. Pictures are captured through the X protocol; its RFB
 * socket takes pointer and keys. Neither listens on the network.
 */
export function displayServerSpec(
  place: RoomPlace,
  displayNumber: number,
  { width, height }: DesktopSize,
): ProcessSpec {
  const view = viewOf(place);
  return processSpecOf(place, {
    name: 'display',
    program: 'Xvnc',
    args: [
      `:${displayNumber}`,
      // Reports when clients may connect; with a number given, it also leaves locking to us.
      ...['-displayfd', '3'],
      ...['-auth', view.xauthority],
      // "local" is the abstract socket, which no folder's permissions guard.
      ...['-nolisten', 'tcp', '-nolisten', 'local'],
      ...['-geometry', `${width}x${height}`, '-depth', String(depth), '-dpi', String(dotsPerInch)],
      // Never blanks, never resets, no bell.
      ...['-s', '0', '-noreset', '-f', '0', '-br'],
      ...['-rfbport', '-1', '-rfbunixpath', view.rfbSocket, '-rfbunixmode', String(0o666)],
      ...['-SecurityTypes', 'None', '-AlwaysShared', '-AcceptSetDesktopSize'],
      // Its one client asks for no picture: nothing to compare. Nobody may change these by X requests.
      ...['-CompareFB=0', '-UseBlacklist=0', '-AllowOverride=', '-desktop', place.roomId],
    ],
    env: {},
    binds: [{ source: socketFolder, target: socketFolder, writable: true }],
    channels: { reportPipe: true },
  });
}

/** The server writes its display number when it takes connections. */
export const displayServerReadiness: Readiness = {
  kind: 'probe',
  timeoutMs: readyTimeoutMs,
  probe: async (child, signal) => {
    const report = child.stdio[3];
    if (!(report instanceof Readable)) throw new Error('the display has no report pipe');
    await once(report, 'data', { signal });
    report.resume();
  },
};
