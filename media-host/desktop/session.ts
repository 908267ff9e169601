import type { ProcessSpec } from '../supervision/process-spec.js';

import type { DisplayNumber } from './display-number.js';
import { processSpecOf, viewOf } from './room-place.js';
import type { RoomPlace, RoomView } from './room-place.js';
import type { Bind } from './sandbox.js';

/** Where Firefox looks for policies, in a folder of its Debian package. */
const firefoxPolicies = '/usr/share/firefox-esr/distribution';

/**
 * What members see and use: the desktop, or the operator's own command, on a D-Bus of its own.
 * @param command run by /bin/sh in place of the desktop, or null
 */
export function sessionSpec(
  place: RoomPlace,
  display: DisplayNumber,
  command: string | null,
  hasFirefox: boolean,
): ProcessSpec {
  const view = viewOf(place);
  const socket = { source: display.socketPath, target: display.socketPath, writable: true };
  const policies = {
    source: `${place.assets}/firefox`,
    target: firefoxPolicies,
    writable: false,
  } satisfies Bind;
  return processSpecOf(place, {
    name: 'session',
    program: '/bin/sh',
    args: [`${view.assets}/run-session.sh`],
    env: {
      ...sessionEnvironment(view, display.number),
      SHARE_SPACE_ASSETS: view.assets,
      SHARE_SPACE_SANDBOXED: place.isSandboxed ? 'yes' : 'no',
      ...(command === null ? {} : { SHARE_SPACE_COMMAND: command }),
    },
    binds: hasFirefox ? [socket, policies] : [socket],
    channels: { stopPipe: true },
  });
}

function sessionEnvironment(view: RoomView, displayNumber: number): Record<string, string> {
  return {
    DISPLAY: `:${displayNumber}`,
    XAUTHORITY: view.xauthority,
    PULSE_SERVER: `unix:${view.pulseSocket}`,
    PULSE_COOKIE: view.pulseCookie,
    XDG_CONFIG_DIRS: `${view.assets}/xdg`,
    XDG_DATA_DIRS: '/usr/local/share:/usr/share',
    XDG_CURRENT_DESKTOP: 'XFCE',
    XDG_SESSION_DESKTOP: 'xfce',
    DESKTOP_SESSION: 'xfce',
    XDG_MENU_PREFIX: 'xfce-',
    XDG_SESSION_TYPE: 'x11',
    FONTCONFIG_FILE: `${view.assets}/fonts.conf`,
    GDK_BACKEND: 'x11',
    // No accessibility bus: nothing here reads the screen out, and every program would look for it.
    NO_AT_BRIDGE: '1',
    GTK_A11Y: 'none',
    // There is no graphics card that belongs to the room.
    LIBGL_ALWAYS_SOFTWARE: '1',
  };
}
