import mitt from 'mitt';

import type { Welcome } from '../../../signaling/protocol/member-events.js';
import { fail, ok, type Result } from '../../../signaling/protocol/result.js';
import type { RoomSnapshot } from '../../../signaling/protocol/room.js';
import type { Input, RenditionChoice } from '../../../signaling/protocol/viewer-messages.js';

import { browserStorage } from './browser-storage.js';
import { NetworkWatch } from './network-watch.js';
import { RoomMedia } from './room-media.js';
import type { RoomSessionEvents, SessionState, SoundState } from './session-state.js';
import { SignalingClient } from './signaling-client.js';
import { SoundControl } from './sound-control.js';

const resumeRetryMs = 1000;
/** A service or host that restarts has the desktop back sooner; its picture goes on meanwhile. */
const desktopPatienceMs = 5000;

/** One person's stay in one room. Knows nothing of the user interface. */
export class RoomSession {
  readonly events = mitt<RoomSessionEvents>();
  readonly roomId: string;
  readonly #storage = browserStorage('sessionStorage');
  readonly #signaling: SignalingClient;
  readonly #sound = new SoundControl((state) => this.#onSound(state));
  readonly #media: RoomMedia;
  readonly #network: NetworkWatch;
  #state: SessionState = { name: 'new' };
  #welcome: Welcome | null = null;
  #room: RoomSnapshot | null = null;
  #played = false;
  #ended = false;
  /** The desktop has been away for too long to go on with the picture there is. */
  #isDesktopAway = false;
  #desktopTimer: number | undefined;

  constructor(roomId: string) {
    this.roomId = roomId;
    // Connected while the person still types, so that joining has less to wait for.
    this.#signaling = new SignalingClient(
      () => void this.#onConnect(),
      () => this.#onDisconnect(),
    );
    this.#signaling.on('room:update', (room) => this.#onRoom(room));
    this.#signaling.on('viewer:closed', ({ viewerId, reason }) =>
      this.#media.viewerClosed(viewerId, reason === 'host-gone'),
    );
    this.#signaling.on('member:removed', ({ reason }) => {
      this.#forgetToken();
      this.#end({ name: 'removed', reason });
    });
    this.#media = new RoomMedia({
      signaling: this.#signaling,
      sound: () => this.#sound.player(),
      mayWatch: () => this.#welcome !== null && this.#room?.desktop.state === 'running',
      onChange: () => this.#update(),
      onStats: (stats) => this.events.emit('stats', stats),
      onCursor: (shape) => this.events.emit('cursor', shape),
      onPointer: (point) => this.events.emit('pointer', point),
      onDesktopSize: (size) => this.events.emit('desktopSize', size),
      onUnsupported: (detail) => this.#end({ name: 'unsupported', detail }),
    });
    this.#network = new NetworkWatch({
      onWake: () => {
        void this.#signaling.check();
        this.#media.check();
      },
      onNetworkChange: () => {
        void this.#signaling.check();
        this.#media.networkChanged();
      },
      onLeave: () => this.#signaling.leave(),
    });
  }

  get state(): SessionState {
    return this.#state;
  }

  get room(): RoomSnapshot | null {
    return this.#room;
  }

  /** This page's own member, once joined. */
  get memberId(): string | null {
    return this.#welcome?.memberId ?? null;
  }

  get sound(): SoundState {
    return this.#sound.state;
  }

  /** Becomes a member. On a refusal the state is `refused`, and joining may be tried again. */
  async join(name: string, passcode: string): Promise<Result<null>> {
    this.#setState({ name: 'joining' });
    // Made within the person's click, so that the browser lets it sound.
    this.#sound.player();
    const { roomId } = this;
    const joined = await this.#signaling.request('join', { roomId, name, passcode });
    if (!joined.ok) {
      this.#setState({ name: 'refused', error: joined.error });
      return joined;
    }
    this.#enter(joined.value);
    return ok(null);
  }

  /**
   * Comes back as the member this tab was before a reload; waits for the service when it is away.
   * @returns false when there is nobody to come back as
   */
  async resume(): Promise<boolean> {
    const token = this.#storage?.getItem(this.#storageKey) ?? null;
    if (token === null) return false;
    const resumed = await this.#signaling.request('resume', { token });
    if (resumed.ok) {
      this.#sound.player();
      this.#enter(resumed.value);
      return true;
    }
    if (resumed.error.code === 'token-refused') {
      this.#forgetToken();
      return false;
    }
    // The place is kept; the service is away or asks for patience.
    await new Promise((resolve) => window.setTimeout(resolve, resumeRetryMs));
    return this.#ended ? false : this.resume();
  }

  async leave(): Promise<void> {
    this.#forgetToken();
    const told = this.#signaling.request('leave', {});
    this.#end({ name: 'closed' });
    await told;
  }

  /** The element that shows the room; call once it is in the document. */
  attach(video: HTMLVideoElement): void {
    void this.#media.attach(video);
  }

  requestControl(): Promise<Result<null>> {
    return this.#control('control:request');
  }

  releaseControl(): Promise<Result<null>> {
    return this.#control('control:release');
  }

  /** Sends input while this page's member has control; ignored otherwise. */
  sendInput(input: Input): void {
    if (this.#room?.controllerId === this.memberId) this.#media.sendInput(input);
  }

  /** Which rendition of the picture this member wants; `auto` is the best its network carries. */
  chooseQuality(choice: RenditionChoice): void {
    this.#media.choose(choice);
  }

  setVolume(volume: number): void {
    this.#sound.setVolume(volume);
  }

  setMuted(muted: boolean): void {
    this.#sound.setMuted(muted);
  }

  /** Call from a click or key handler: starts the sound the browser held back. */
  unlockSound(): Promise<void> {
    return this.#sound.unlock();
  }

  /** Ends everything for good, for when the page goes away. */
  close(): void {
    this.#ended = true;
    this.#end({ name: 'closed' });
    this.#network.close();
    this.#signaling.close();
    this.events.all.clear();
  }

  get #storageKey(): string {
    return `share-space:${this.roomId}:token`;
  }

  #forgetToken(): void {
    this.#storage?.removeItem(this.#storageKey);
  }

  async #control(name: 'control:request' | 'control:release'): Promise<Result<null>> {
    if (!this.#welcome) return fail('not-in-room', 'You are not in the room.');
    const answer = await this.#signaling.request(name, {});
    return answer.ok ? ok(null) : answer;
  }

  #enter(welcome: Welcome): void {
    this.#storage?.setItem(this.#storageKey, welcome.token);
    this.#welcome = welcome;
    this.#onRoom(welcome.room);
    // The service knows the viewer of before no longer, or not for long.
    this.#media.renew();
  }

  async #onConnect(): Promise<void> {
    const welcome = this.#welcome;
    if (!welcome) return;
    const resumed = await this.#signaling.request('resume', { token: welcome.token });
    if (resumed.ok) this.#enter(resumed.value);
    else if (resumed.error.code === 'token-refused') {
      this.#forgetToken();
      this.#end({ name: 'removed', reason: 'membership-expired' });
    }
  }

  #onDisconnect(): void {
    this.#update();
  }

  #onRoom(room: RoomSnapshot): void {
    this.#room = room;
    this.events.emit('room', room);
    if (!this.#welcome) return;
    const { state } = room.desktop;
    if (state === 'running') {
      this.#isDesktopAway = false;
      this.#forgetDesktopTimer();
      this.#media.open();
    } else if (state === 'failed' || !this.#media.isPlaying) this.#giveDesktopUp();
    else this.#desktopTimer ??= window.setTimeout(() => this.#giveDesktopUp(), desktopPatienceMs);
    this.#update();
  }

  #onSound(state: SoundState): void {
    this.events.emit('sound', state);
    this.#media.soundChanged();
  }

  #giveDesktopUp(): void {
    this.#forgetDesktopTimer();
    this.#isDesktopAway = true;
    this.#media.stop();
  }

  #forgetDesktopTimer(): void {
    window.clearTimeout(this.#desktopTimer);
    this.#desktopTimer = undefined;
  }

  /** Enters the state that follows from how connection, desktop and picture are. */
  #update(): void {
    if (!this.#welcome || !this.#room) return;
    const { desktop } = this.#room;
    const { isPlaying, isBlocked } = this.#media;
    if (desktop.state !== 'running' && (this.#isDesktopAway || !isPlaying)) {
      this.#setState({ name: 'waiting', desktop });
    } else if (isPlaying) {
      this.#played = true;
      this.#setState({ name: 'playing' });
    } else if (this.#played) {
      const reason = this.#signaling.connected ? 'media-lost' : 'signaling-lost';
      this.#setState({ name: 'reconnecting', reason, isBlocked });
    } else this.#setState({ name: 'connecting', isBlocked });
  }

  #end(state: SessionState): void {
    this.#forgetDesktopTimer();
    this.#welcome = null;
    this.#media.close();
    this.#sound.close();
    this.#setState(state);
  }

  #setState(state: SessionState): void {
    if (areSame(this.#state, state)) return;
    this.#state = state;
    this.events.emit('state', state);
  }
}

const areSame = (a: SessionState, b: SessionState): boolean =>
  JSON.stringify(a) === JSON.stringify(b);
