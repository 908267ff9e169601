import { loadKeptSecret } from '../kept-secret.js';
import type { Settings } from '../settings.js';

/**
 * The secret shared with the TURN server: the setting, when the server is the person's own;
 * the content of `DATA_DIR/turn-secret`, when it is the built-in one; null without any.
 * @throws ServiceError that names the file when it holds no secret; the system's error when it
 *   cannot be read or made
 */
export async function loadTurnSecret(
  settings: Pick<Settings, 'dataDir' | 'turnSecret' | 'turnServer'>,
): Promise<string | null> {
  if (settings.turnServer !== 'on') return settings.turnSecret;
  return loadKeptSecret(settings.dataDir, 'turn-secret', 'Remove it to have a new one made.');
}
