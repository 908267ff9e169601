import { ElementPlayer } from './element-player.js';
import type { SoundPlayerMaker } from './fallback-player.js';
import { WebAudioPlayer } from './web-audio-player.js';

/**
 * The ways a browser may play a room's sound, the best first. Call it early: the Opus decoder, whose
 * making takes time, is made here; an audio context, which a browser wants made within a click, is not.
 */
export function browserPlayers(): readonly SoundPlayerMaker[] {
  let prepared = WebAudioPlayer.isSupported() ? WebAudioPlayer.makeDecoder() : null;
  return [
    (events) => {
      if (!WebAudioPlayer.isSupported()) return null;
      const decoder = prepared ?? WebAudioPlayer.makeDecoder();
      prepared = null;
      return new WebAudioPlayer(decoder, events);
    },
    (events) => (ElementPlayer.isSupported('opus') ? new ElementPlayer('opus', events) : null),
    (events) => (ElementPlayer.isSupported('aac') ? new ElementPlayer('aac', events) : null),
  ];
}
