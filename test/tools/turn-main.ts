import { pino } from 'pino';

import { loadSettings } from '../../deploy/settings.js';
import { BuiltInTurn } from '../../deploy/turn/built-in-turn.js';

/*
 * The built-in TURN server as the child of a process of its own, for tests that end that one or put it
 * into another network. Settings come from the environment; the port goes to stdout.
 */

const turn = await BuiltInTurn.prepare(loadSettings(process.env), pino({ level: 'silent' }));
if (!turn) throw new Error('there is no TURN server');
await turn.start();
process.stdout.write(`${turn.port}\n`);
process.on('SIGTERM', () => void turn.stop().then(() => process.exit(0)));
