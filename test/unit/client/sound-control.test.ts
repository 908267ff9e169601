import assert from 'node:assert/strict';

import { afterEach, beforeEach, describe, it } from 'mocha';

import type { SoundPlayerMaker } from '../../../client/src/media/sound/fallback-player.js';
import type { SoundState } from '../../../client/src/session/session-state.js';
import { SoundControl } from '../../../client/src/session/sound-control.js';
import { sampleMessage } from '../pipeline/media-messages.js';

import { FakeSoundPlayer } from './fake-sound-player.js';

const init = sampleMessage({ track: 'audio', kind: 'init' }, 'init').message;
const fragment = sampleMessage({ track: 'audio' }, 'fragment').message;

describe('the sound of a room', () => {
  let made: FakeSoundPlayer[];
  let states: SoundState[];
  const { warn } = console;

  beforeEach(() => {
    made = [];
    states = [];
    console.warn = () => undefined;
  });

  afterEach(() => {
    console.warn = warn;
  });

  const make: SoundPlayerMaker = (events) => {
    const player = new FakeSoundPlayer(events);
    made.push(player);
    return player;
  };

  const controlOf = (...makers: SoundPlayerMaker[]): SoundControl =>
    new SoundControl((state) => states.push(state), makers);

  it('makes no player before it is asked for one, and then one only', () => {
    const control = controlOf(make);
    control.setVolume(0.5);
    assert.equal(made.length, 0);
    control.player().push(init);
    control.player().push(fragment);
    assert.equal(made.length, 1);
    assert.deepEqual(made[0]?.pushed, [init, fragment]);
    assert.equal(made[0].volume, 0.5);
  });

  it('is silent while it is muted, and then as loud as it was set meanwhile', () => {
    const control = controlOf(make);
    control.player();
    control.setMuted(true);
    assert.equal(made[0]?.volume, 0);
    control.setVolume(2);
    assert.equal(made[0].volume, 0);
    control.setMuted(false);
    assert.equal(made[0].volume, 1);
    assert.equal(states.at(-1)?.volume, 1);
  });

  it('goes on with the next player when one fails, as loud and with what the stream began with', () => {
    const control = controlOf(make, make);
    const player = control.player();
    control.setVolume(0.3);
    player.push(init);
    player.push(fragment);
    made[0]?.fail();
    assert.equal(made[0]?.closed, true);
    assert.deepEqual(made[1]?.pushed, [init]);
    assert.equal(made[1].volume, 0.3);
    player.push(fragment);
    assert.deepEqual(made[1].pushed, [init, fragment]);
    assert.equal(states.at(-1)?.available, true);
  });

  it('passes over a player that this browser lacks or refuses', () => {
    const lacks: SoundPlayerMaker = () => null;
    const refuses: SoundPlayerMaker = () => {
      throw new Error('refused');
    };
    controlOf(lacks, refuses, make).player();
    assert.equal(made.length, 1);
  });

  it('says that there is none when the last player failed', () => {
    const control = controlOf(make);
    assert.equal(control.state.available, true);
    const player = control.player();
    made[0]?.fail();
    assert.equal(states.at(-1)?.available, false);
    assert.equal(states.at(-1)?.blocked, false);
    player.push(fragment);
  });

  it('hears of a failure once only, and not from a player it has left', () => {
    const control = controlOf(make, make, make);
    control.player();
    made[0]?.fail();
    made[0]?.fail();
    assert.equal(made.length, 2);
    control.close();
    made[1]?.fail();
    assert.equal(made.length, 2);
  });

  it('tells that the browser holds sound back, until it is unlocked', async () => {
    const control = controlOf((events) => Object.assign(make(events)!, { blocked: true }));
    control.player();
    assert.equal(states.at(-1)?.blocked, true);
    await control.unlock();
    assert.equal(states.at(-1)?.blocked, false);
  });

  it('ends its player, and has another one when it is needed again', () => {
    const control = controlOf(make);
    control.player();
    control.close();
    assert.equal(made[0]?.closed, true);
    control.player();
    assert.equal(made.length, 2);
  });

  it('says how the player it has wants the sound encoded, and gives it no other', () => {
    const aacInit = sampleMessage(
      { track: 'audio', kind: 'init', rendition: 'compatible' },
      'init',
    ).message;
    const control = controlOf(make, (events) => {
      const player = new FakeSoundPlayer(events, 'aac');
      made.push(player);
      return player;
    });
    const player = control.player();
    player.push(init);
    assert.equal(player.codec, 'opus');
    made[0]?.fail();
    assert.equal(player.codec, 'aac');
    player.push(fragment);
    assert.deepEqual(made[1]?.pushed, []);
    player.push(aacInit);
    assert.deepEqual(made[1].pushed, [aacInit]);
  });
});
