import assert from 'node:assert/strict';
import { once } from 'node:events';

import { afterEach, beforeEach, describe, it } from 'mocha';

import { RfbClient } from '../../../media-host/pipeline/input/rfb-client.js';

import { FakeRfbServer } from './fake-rfb-server.js';

/** "RFB 003.008\n", security None, shared, SetEncodings with Raw alone. */
const greeting = '524642203030332e3030380a' + '01' + '01' + '0200000100000000';
const greetingSize = greeting.length / 2;

describe('an RFB client', () => {
  let server: FakeRfbServer;
  beforeEach(async () => {
    server = await FakeRfbServer.listen();
  });
  afterEach(() => server.close());

  const connect = async (): Promise<RfbClient> => {
    const [client] = await Promise.all([RfbClient.connect(server.socketPath), server.greet()]);
    await server.receive(greetingSize);
    return client;
  };

  it('shares the desktop and asks for no picture', async () => {
    const client = await connect();
    assert.equal(server.received.toString('hex'), greeting);
    client.close();
  });

  it('sends keys and pointer as RFC 6143 has them', async () => {
    const client = await connect();
    client.sendKey(0x010020ac, true);
    client.sendPointer(1279, 719, 0b10001);
    const received = await server.receive(greetingSize + 14);
    assert.equal(
      received.subarray(greetingSize).toString('hex'),
      '04010000010020ac' + '0511' + '04ff' + '02cf',
    );
    client.close();
  });

  it('ignores bells, colours and cut text of any size', async () => {
    const client = await connect();
    const text = 'x'.repeat(100_000);
    await server.send(
      [2],
      [1, 0, 0, 0, 0, 2],
      'abcdefghijkl',
      [3, 0, 0, 0, 0, 1, 0x86, 0xa0],
      text,
    );
    await server.send([2, 77]);
    const [reason] = (await once(client, 'closed')) as [string];
    assert.equal(reason, 'the server sent a message of type 77 that nobody asked for');
  });

  it('says when the server is gone', async () => {
    const client = await connect();
    const closed = once(client, 'closed');
    (await server.connection).destroy();
    assert.deepEqual(await closed, ['the server closed the connection']);
    client.sendKey(0x61, true);
  });

  it('says once that it was closed', async () => {
    const client = await connect();
    let count = 0;
    client.on('closed', () => (count += 1));
    client.close();
    client.close();
    assert.equal(count, 1);
  });

  it('drops moves that the server does not take, but no presses', async () => {
    const client = await connect();
    (await server.connection).pause();
    for (let x = 0; client.droppedMoves < 10; x += 1) client.sendPointer(x % 1280, 0, 0);
    const dropped = client.droppedMoves;
    client.sendPointer(7, 7, 1);
    client.sendPointer(7, 7, 0);
    assert.equal(client.droppedMoves, dropped);
    const connection = await server.connection;
    connection.resume();
    const press = Buffer.from('050100070007' + '050000070007', 'hex');
    while (!server.received.includes(press)) await once(connection, 'data');
    client.close();
  });

  it('gives up on a server that takes no input', async () => {
    const client = await connect();
    (await server.connection).pause();
    const closed = once(client, 'closed');
    // A pipe holds some before anything waits in this process.
    for (let key = 0; key < 100_000; key += 1) client.sendKey(0x61, key % 2 === 0);
    assert.deepEqual(await closed, ['the server takes no input']);
  });

  for (const { what, answer, message } of [
    { what: 'another protocol', answer: ['HTTP/1.1 400'], message: /not an RFB 3.8 server/ },
    { what: 'an older version', answer: ['RFB 003.003\n'], message: /not an RFB 3.8 server/ },
    { what: 'a password', answer: ['RFB 003.008\n', [1, 2]], message: /asks for a password/ },
    {
      what: 'a refusal',
      answer: ['RFB 003.008\n', [0], [0, 0, 0, 4], 'full'],
      message: /refused: full/,
    },
    {
      what: 'an endless name',
      answer: [
        ...['RFB 003.008\n', [1, 1], [0, 0, 0, 0]],
        Array.from({ length: 20 }, () => 0),
        [255, 0, 0, 0],
      ],
      message: /too long/,
    },
  ] as { what: string; answer: (string | number[])[]; message: RegExp }[]) {
    it(`does not put up with ${what}`, async () => {
      await Promise.all([
        assert.rejects(RfbClient.connect(server.socketPath), message),
        server.send(...answer),
      ]);
    });
  }

  it('fails to connect where a server hangs up in the middle', async () => {
    const attempt = assert.rejects(
      RfbClient.connect(server.socketPath),
      /server closed the connection/,
    );
    await server.send('RFB 003.');
    (await server.connection).end();
    await attempt;
  });

  it('fails to connect where nobody listens', async () => {
    await server.close();
    await assert.rejects(RfbClient.connect(server.socketPath), /ENOENT|ECONNREFUSED/);
  });
});
