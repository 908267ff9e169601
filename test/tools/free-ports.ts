import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

const lowest = 20_000;
const highest = 32_000;

/** As many UDP ports of the loopback interface in a row as asked for, free at the moment. */
export async function portRangeOf(count: number): Promise<{ first: number; last: number }> {
  for (let first = lowest; first + count <= highest; first += count) {
    const sockets = Array.from({ length: count }, () => createSocket('udp4'));
    try {
      for (const [index, socket] of sockets.entries()) await bind(socket, first + index);
      return { first, last: first + count - 1 };
    } catch {
      // One of them is taken: the next ones.
    } finally {
      await Promise.all(
        sockets.map((socket) => new Promise((done) => socket.close(() => done(null)))),
      );
    }
  }
  throw new Error(`there are no ${count} free ports in a row`);
}

async function bind(socket: Socket, port: number): Promise<void> {
  socket.bind(port, '127.0.0.1');
  await once(socket, 'listening');
}
