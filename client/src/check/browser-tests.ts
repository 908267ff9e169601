import { failed, fine, unavailable } from './check-result.js';
import type { CheckOutcome } from './check-result.js';

/* What the browser itself can do. None of these takes time. */

/** H.264 high profile, level 4.0: what rooms send up to 1080p. */
const pictureType = 'video/mp4; codecs="avc1.640028"';

/** @param source the browser's MediaSource, managed or not */
export function testPicture(
  source: Pick<typeof MediaSource, 'isTypeSupported'> | null,
  hasFrameCallback: boolean,
): CheckOutcome<'picture'> {
  if (!source) return failed('no-media-source');
  if (!hasFrameCallback) return failed('no-frame-callback');
  return source.isTypeSupported(pictureType) ? fine('playable') : failed('no-codec');
}

export function testSound(players: {
  readonly webAudio: boolean;
  readonly element: boolean;
}): CheckOutcome<'sound'> {
  if (players.webAudio) return fine('web-audio');
  return players.element ? fine('element') : failed('none');
}

/** A page that came over plain http is no failure: nothing of the room needs more. */
export function testSecure(isSecure: boolean): CheckOutcome<'secure'> {
  return isSecure ? fine('secure') : unavailable('insecure');
}
