import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The folder that holds `package.json`, and with it the files that are shipped but not
 * compiled. Compiled code lies below `dist/`, three folders down.
 */
export const packageRoot = resolve(fileURLToPath(new URL('../../..', import.meta.url)));
