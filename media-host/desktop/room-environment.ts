/*
 * What a room's programs find in their environment. Nothing of the media host's own
 * environment is handed on: it may hold secrets.
 */

/** What every program gets. */
export const baseEnvironment: Readonly<Record<string, string>> = {
  PATH: '/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games:/usr/local/sbin:/usr/sbin:/sbin',
  LANG: 'C.UTF-8',
};
