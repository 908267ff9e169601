import { mediaSourceClass } from '../media/media-source.js';
import { hasFrameCallback } from '../media/picture-support.js';
import { ElementPlayer } from '../media/sound/element-player.js';
import { WebAudioPlayer } from '../media/sound/web-audio-player.js';
import { SignalingClient } from '../session/signaling-client.js';
import { MediaDevice } from '../transport/media-device.js';

import type { CheckParts } from './connection-check.js';
import { measureEcho } from './echo.js';
import { gatherReflexive } from './gathering.js';

/** What a check needs, as this browser has it. */
export function browserParts(): CheckParts {
  return {
    fetchUrl: (...request) => fetch(...request),
    connect: connectToService,
    openSocket: (path) => new WebSocket(new URL(path, location.href.replace(/^http/, 'ws'))),
    loadDevice: () => MediaDevice.load(),
    echo: measureEcho,
    gather: (iceServers, signal) =>
      gatherReflexive((options) => new RTCPeerConnection(options), iceServers, signal),
    mediaSource: mediaSourceClass(),
    hasFrameCallback: hasFrameCallback(),
    soundPlayers: {
      webAudio: WebAudioPlayer.isSupported(),
      element: ElementPlayer.isSupported('opus') || ElementPlayer.isSupported('aac'),
    },
    isSecure: isSecureContext,
  };
}

function connectToService(): ReturnType<CheckParts['connect']> {
  let onConnect: () => void;
  const connected = new Promise<void>((resolve) => (onConnect = resolve));
  const client = new SignalingClient(
    () => onConnect(),
    () => undefined,
  );
  return {
    connected,
    request: (name, payload) => client.request(name, payload),
    remoteCandidates: client.remoteCandidates,
    close: () => client.close(),
  };
}
