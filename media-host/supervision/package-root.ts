import { fileURLToPath } from 'node:url';

/**
 * The folder that holds `package.json`, and with it the files that are shipped but not
 * compiled. Compiled code lies below `dist/`, three folders down.
 */
export const packageRoot = fileURLToPath(new URL('../../../', import.meta.url));
