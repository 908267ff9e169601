import { config } from 'zod';

/*
 * Imported before any module that makes schemas: they are not compiled to code here, which the page's
 * content security policy rightly forbids, and each asks as it is made.
 */
config({ jitless: true });
