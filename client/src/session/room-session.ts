import mitt from 'mitt';

import type { Result } from '../../../signaling/protocol/result.js';
import type { RoomSnapshot } from '../../../signaling/protocol/room.js';
import type { Input } from '../../../signaling/protocol/viewer-messages.js';

import type { RoomSessionEvents, SessionState, SoundState, ViewerStats } from './session-state.js';

/** One person's stay in one room. Knows nothing of the user interface. (skeleton: API only) */
export class RoomSession {
  readonly events = mitt<RoomSessionEvents>();

  constructor(readonly roomId: string) {}

  get state(): SessionState {
    return { name: 'new' };
  }
  get room(): RoomSnapshot | null {
    return null;
  }
  /** This page's own member, once joined. */
  get memberId(): string | null {
    return null;
  }
  get stats(): ViewerStats | null {
    return null;
  }
  get sound(): SoundState {
    return { muted: false, volume: 1, blocked: false, available: true };
  }
  /** Size of the desktop in pixels, for mapping the pointer: the video's own size. */
  join(_name: string, _passcode: string): Promise<Result<null>> {
    return Promise.reject(new Error('skeleton'));
  }
  /** Comes back as the member this tab was before a reload. @returns false when there is none. */
  resume(): Promise<boolean> {
    return Promise.resolve(false);
  }
  leave(): Promise<void> {
    return Promise.resolve();
  }
  /** The element that shows the room; call once it is in the document. */
  attach(_video: HTMLVideoElement): void {}
  requestControl(): Promise<Result<null>> {
    return Promise.reject(new Error('skeleton'));
  }
  releaseControl(): Promise<Result<null>> {
    return Promise.reject(new Error('skeleton'));
  }
  /** Sends input while this page's member has control; ignored otherwise. */
  sendInput(_input: Input): void {}
  setVolume(_volume: number): void {}
  setMuted(_muted: boolean): void {}
  /** Call from a click or key handler: starts the sound the browser held back. */
  unlockSound(): Promise<void> {
    return Promise.resolve();
  }
  /** Ends everything for good, for when the page goes away. */
  close(): void {}
}
