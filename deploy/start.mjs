// @ts-check
/* `npm start`: prepares the machine, then runs Share Space in this process. */
import { prepare } from './prepare.mjs';

prepare(['run']);
await import('../dist/deploy/main.js');
