import type { IceServer as LibdatachannelServer } from 'node-datachannel';

import type { IceServer } from '../../../signaling/protocol/transport.js';

const defaultPort = 3478;

/**
 * ICE servers as libdatachannel takes them. It speaks STUN and TURN over UDP only: `stuns:`, `turns:`
 * and `?transport=tcp` addresses are the browser's alone and left out.
 */
export function toLibdatachannel(servers: readonly IceServer[]): (string | LibdatachannelServer)[] {
  return servers.flatMap(({ urls, username, credential }) =>
    urls.flatMap((url): (string | LibdatachannelServer)[] => {
      const match = /^(stun|turn):([^:?]+)(?::(\d+))?(\?transport=udp)?$/.exec(url);
      const [, scheme, hostname, port] = match ?? [];
      if (!scheme || !hostname) return [];
      if (scheme === 'stun') return [`stun:${hostname}:${port ?? defaultPort}`];
      if (username === undefined || credential === undefined) return [];
      return [
        {
          hostname,
          port: Number(port ?? defaultPort),
          username,
          password: credential,
          relayType: 'TurnUdp',
        },
      ];
    }),
  );
}
