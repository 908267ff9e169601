import type { Server } from 'node:net';

import { ServiceError, systemErrorCode } from '../../deploy/service-error.js';

/**
 * Starts listening.
 * @returns the port, which the system chose if 0 was asked for
 * @throws ServiceError that says what stands in the way
 */
export function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => reject(listenError(error, host, port));
    server.once('error', failed);
    server.listen(port, host, () => {
      server.off('error', failed);
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

function listenError(error: Error, host: string, port: number): ServiceError {
  const cause = { cause: error };
  switch (systemErrorCode(error)) {
    case 'EADDRINUSE':
      return new ServiceError(
        `port ${port} is in use by another program; set SHARE_SPACE_PORT`,
        cause,
      );
    case 'EACCES':
      return new ServiceError(
        `port ${port} needs more rights than this user has; set SHARE_SPACE_PORT to one above 1023`,
        cause,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new ServiceError(`${host} is no address of this machine; set SHARE_SPACE_HOST`, cause);
    default:
      return new ServiceError(`cannot listen on ${host}, port ${port}: ${error.message}`, cause);
  }
}
