import { createSocket } from 'node:dgram';

import { systemErrorCode } from '../service-error.js';

/**
 * Tries whether a UDP port is to be had.
 * @param port 0 takes any free one
 * @returns the port, or null when another program has it
 */
export async function freeUdpPort(address: string, port: number): Promise<number | null> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  try {
    return await new Promise((resolve, reject) => {
      socket.once('error', (error) => {
        if (systemErrorCode(error) === 'EADDRINUSE') resolve(null);
        else reject(error);
      });
      socket.bind({ address, port, exclusive: true }, () => resolve(socket.address().port));
    });
  } finally {
    socket.close();
  }
}
