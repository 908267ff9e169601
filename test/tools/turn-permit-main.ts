import { turnCredentials } from '../../signaling/ice/turn-credentials.js';

import { TurnClient } from './turn-client.js';

/*
 * Asks a TURN server for permission to reach peers, from the network this process is in. Arguments: the
 * server's address and port, and the peers; the secret is in TURN_SECRET. Prints the error codes.
 */

const [address = '', port = '', ...peers] = process.argv.slice(2);
const user = turnCredentials(process.env['TURN_SECRET'] ?? '', 'ada', Date.now() + 60_000);
const client = await TurnClient.open({ address, port: Number(port) }, user);
const codes = [(await client.allocate()).errorCode];
for (const peer of peers) codes.push((await client.permit(peer)).errorCode);
process.stdout.write(codes.join(' '));
await client.release();
