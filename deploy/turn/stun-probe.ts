import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

const repeatMs = 100;
const transactionStart = 8;
const headerSize = 20;

/**
 * Resolves when a STUN server answers a binding request (RFC 8489, section 2).
 * @throws the signal's reason when it is aborted before
 */
export async function stunAnswer(
  address: string,
  port: number,
  signal: AbortSignal,
): Promise<void> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  const transactionId = randomBytes(headerSize - transactionStart);
  // Method binding, no attributes, the magic cookie.
  const request = Buffer.concat([Buffer.from('000100002112a442', 'hex'), transactionId]);
  // While nobody listens, the system may report each request as refused.
  socket.on('error', () => undefined);
  const send = (): void => socket.send(request, port, address);
  const timer = setInterval(send, repeatMs);
  try {
    send();
    for (;;) {
      const [message] = (await once(socket, 'message', { signal })) as [Buffer];
      if (message.subarray(transactionStart, headerSize).equals(transactionId)) return;
    }
  } finally {
    clearInterval(timer);
    socket.close();
  }
}
