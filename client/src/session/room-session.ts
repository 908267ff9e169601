import mitt from 'mitt';

import type { Welcome } from '../../../signaling/protocol/member-events.js';
import { fail, ok, type Result } from '../../../signaling/protocol/result.js';
import type { RoomSnapshot } from '../../../signaling/protocol/room.js';
import type { Input } from '../../../signaling/protocol/viewer-messages.js';
import { missingPictureSupport } from '../media/picture-support.js';
import { MediaDevice } from '../transport/media-device.js';

import { browserStorage } from './browser-storage.js';
import type {
  ReconnectReason,
  RoomSessionEvents,
  SessionState,
  SoundState,
  UnsupportedDetail,
} from './session-state.js';
import { SignalingClient } from './signaling-client.js';
import { SoundControl } from './sound-control.js';
import { ViewerSession } from './viewer-session.js';

const firstRetryMs = 250;
const maxRetryMs = 3000;

/** One person's stay in one room. Knows nothing of the user interface. */
export class RoomSession {
  readonly events = mitt<RoomSessionEvents>();
  readonly roomId: string;
  readonly #storage = browserStorage('sessionStorage');
  readonly #signaling: SignalingClient;
  readonly #sound = new SoundControl((state) => this.#onSound(state));
  readonly #device: Promise<MediaDevice | null>;
  #state: SessionState = { name: 'new' };
  #welcome: Welcome | null = null;
  #room: RoomSnapshot | null = null;
  #video: HTMLVideoElement | null = null;
  #viewer: ViewerSession | null = null;
  #played = false;
  #opening = false;
  #ended = false;
  #retryMs = firstRetryMs;
  #retryTimer: number | undefined;

  constructor(roomId: string) {
    this.roomId = roomId;
    // Connected and loaded while the person still types, so that joining has less to wait for.
    this.#device = MediaDevice.load().catch(() => null);
    this.#signaling = new SignalingClient(
      () => void this.#onConnect(),
      () => this.#onDisconnect(),
    );
    this.#signaling.on('room:update', (room) => this.#onRoom(room));
    this.#signaling.on('viewer:closed', ({ viewerId }) => {
      if (viewerId === this.#viewer?.viewerId) this.#onViewerLost('media-lost');
    });
    this.#signaling.on('transport:candidate', ({ viewerId, transportId, candidate }) => {
      if (viewerId === this.#viewer?.viewerId) {
        this.#viewer.addRemoteCandidate(transportId, candidate);
      }
    });
    this.#signaling.on('member:removed', ({ reason }) => {
      this.#forgetToken();
      this.#end({ name: 'removed', reason });
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
    await new Promise((resolve) => window.setTimeout(resolve, maxRetryMs));
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
    if (this.#video === video) return;
    this.#video = video;
    video.muted = true;
    video.playsInline = true;
    void this.#openViewer();
  }

  requestControl(): Promise<Result<null>> {
    return this.#control('control:request');
  }

  releaseControl(): Promise<Result<null>> {
    return this.#control('control:release');
  }

  /** Sends input while this page's member has control; ignored otherwise. */
  sendInput(input: Input): void {
    if (this.#room?.controllerId === this.memberId) this.#viewer?.sendInput(input);
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
    this.#setState(this.#played ? this.#reconnecting('signaling-lost') : { name: 'connecting' });
    this.#onRoom(welcome.room);
    void this.#openViewer();
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
    if (this.#welcome) this.#setState(this.#reconnecting('signaling-lost'));
  }

  #onSound(state: SoundState): void {
    this.events.emit('sound', state);
    // A player that took the place of a broken one may need the sound encoded in another way.
    if (this.#viewer && this.#viewer.sound !== this.#sound.player().codec) void this.#openViewer();
  }

  #onRoom(room: RoomSnapshot): void {
    this.#room = room;
    this.events.emit('room', room);
    if (!this.#welcome) return;
    if (room.desktop.state !== 'running') {
      this.#closeViewer();
      this.#setState({ name: 'waiting', desktop: room.desktop });
    } else if (this.#state.name === 'waiting') {
      this.#retryMs = firstRetryMs;
      this.#setState({ name: 'connecting' });
      void this.#openViewer();
    }
  }

  /* Wanted from several sides at once when a room is entered; what counts is how things are when the device is there. */
  async #openViewer(): Promise<void> {
    if (this.#opening) return;
    this.#opening = true;
    window.clearTimeout(this.#retryTimer);
    const device = await this.#device;
    this.#opening = false;
    const missing = missingPictureSupport();
    if (!device || missing) {
      this.#unsupported(missing ?? 'webrtc');
      return;
    }
    const welcome = this.#welcome;
    const video = this.#video;
    if (!welcome || !video || !this.#signaling.connected) return;
    if (this.#room?.desktop.state !== 'running') return;
    this.#closeViewer();
    const viewer = new ViewerSession(
      { device, signaling: this.#signaling, video, sound: this.#sound.player() },
      {
        onPlaying: () => this.#onPlaying(viewer),
        onLost: () => this.#loseIfCurrent(viewer),
        onUnsupported: () => this.#unsupported('codec'),
        onStats: (stats) => this.events.emit('stats', stats),
        onCursor: (shape) => this.events.emit('cursor', shape),
        onPointer: (point) => this.events.emit('pointer', point),
        onDesktopSize: (size) => this.events.emit('desktopSize', size),
      },
    );
    this.#viewer = viewer;
    try {
      await viewer.open();
    } catch {
      // Why it failed shows in the room's state; what helps in every case is another try.
      this.#loseIfCurrent(viewer);
    }
  }

  #onPlaying(viewer: ViewerSession): void {
    if (viewer !== this.#viewer) return;
    this.#played = true;
    this.#retryMs = firstRetryMs;
    this.#setState({ name: 'playing' });
  }

  #loseIfCurrent(viewer: ViewerSession): void {
    if (viewer === this.#viewer) this.#onViewerLost('media-lost');
  }

  #onViewerLost(reason: ReconnectReason): void {
    this.#closeViewer();
    if (!this.#welcome || this.#state.name === 'waiting') return;
    this.#setState(this.#played ? this.#reconnecting(reason) : { name: 'connecting' });
    window.clearTimeout(this.#retryTimer);
    this.#retryTimer = window.setTimeout(() => void this.#openViewer(), this.#retryMs);
    this.#retryMs = Math.min(maxRetryMs, this.#retryMs * 2);
  }

  #closeViewer(): void {
    this.#viewer?.close();
    this.#viewer = null;
    this.events.emit('stats', null);
  }

  #reconnecting(reason: ReconnectReason): SessionState {
    return { name: 'reconnecting', reason };
  }

  #unsupported(detail: UnsupportedDetail): void {
    this.#closeViewer();
    this.#setState({ name: 'unsupported', detail });
  }

  #end(state: SessionState): void {
    window.clearTimeout(this.#retryTimer);
    this.#welcome = null;
    this.#closeViewer();
    this.#sound.close();
    this.#setState(state);
  }

  #setState(state: SessionState): void {
    this.#state = state;
    this.events.emit('state', state);
  }
}
