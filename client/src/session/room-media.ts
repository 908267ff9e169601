import type { Input, RenditionChoice } from '../../../signaling/protocol/viewer-messages.js';
import { missingPictureSupport } from '../media/picture-support.js';
import type { SoundPlayer } from '../media/sound/sound-player.js';
import { VideoPlayer } from '../media/video/video-player.js';
import { MediaDevice } from '../transport/media-device.js';

import { Playback, type PlaybackParts } from './playback.js';
import type { UnsupportedDetail, ViewerStats } from './session-state.js';
import type { SignalingClient } from './signaling-client.js';
import { ViewerSession } from './viewer-session.js';
import { ViewerSupervisor } from './viewer-supervisor.js';

export interface RoomMediaParts extends Pick<
  PlaybackParts,
  'onCursor' | 'onPointer' | 'onDesktopSize'
> {
  readonly signaling: SignalingClient;
  readonly sound: () => SoundPlayer;
  /** Whether this page is a member of a room whose desktop runs. */
  readonly mayWatch: () => boolean;
  /** {@link RoomMedia.isPlaying} or {@link RoomMedia.isBlocked} may have changed. */
  readonly onChange: () => void;
  readonly onStats: (stats: ViewerStats | null) => void;
  readonly onUnsupported: (detail: UnsupportedDetail) => void;
}

/** A picture that came and does not show by then is not going to; while the page is seen. */
const showTimeoutMs = 4000;

/** The room's picture and sound in this page: viewers that bring them, players that show them. */
export class RoomMedia {
  readonly #parts: RoomMediaParts;
  /** Loaded while the person still types, so that joining has less to wait for. */
  readonly #loading = MediaDevice.load().catch(() => null);
  #device: MediaDevice | null = null;
  #video: HTMLVideoElement | null = null;
  #playback: Playback | null = null;
  #supervisor: ViewerSupervisor | null = null;
  #viewer: ViewerSession | null = null;
  #isShown = false;
  #isBlocked = false;
  #choice: RenditionChoice = 'auto';
  #showTimer: number | undefined;
  #closed = false;

  constructor(parts: RoomMediaParts) {
    this.#parts = parts;
    document.addEventListener('visibilitychange', this.#tellVisibility);
  }

  /** Whether the room's picture is on the screen, and somebody keeps it fresh. */
  get isPlaying(): boolean {
    return this.#isShown;
  }

  /** Whether every way to the picture was tried in vain, lately. */
  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  /** The element that shows the room; call once it is in the document. */
  async attach(video: HTMLVideoElement): Promise<void> {
    if (this.#video === video) return;
    this.#video = video;
    video.muted = true;
    video.playsInline = true;
    this.#device = await this.#loading;
    if (this.#closed || this.#video !== video) return;
    const missing = missingPictureSupport();
    if (missing) this.#parts.onUnsupported(missing);
    else this.#begin(video);
  }

  /** Sees to it that there is a viewer, where there may be one. */
  open(): void {
    this.#supervisor?.open();
  }

  /** Replaces the viewer there is, without a gap where it still plays. */
  renew(): void {
    this.#supervisor?.renew();
  }

  /** Makes sure that the viewer there is still lives. */
  check(): void {
    this.#supervisor?.check();
  }

  networkChanged(): void {
    this.#supervisor?.networkChanged();
  }

  /** The service says that a viewer ended. @param mayGoOn its media may still flow for a while */
  viewerClosed(viewerId: string, mayGoOn: boolean): void {
    const viewer = this.#supervisor?.find(viewerId);
    if (mayGoOn && viewer === this.#supervisor?.current) this.renew();
    else viewer?.lose('closed by the service');
  }

  /** The sound has another player, which may need it encoded in another way. */
  soundChanged(): void {
    if (this.#viewer && this.#viewer.sound !== this.#parts.sound().codec) this.renew();
  }

  /** Which rendition of the picture the member wants. */
  choose(choice: RenditionChoice): void {
    this.#choice = choice;
    this.#viewer?.choose(choice);
  }

  sendInput(input: Input): void {
    this.#viewer?.sendInput(input);
  }

  /** Ends viewers and picture; {@link open} begins anew. */
  stop(): void {
    this.#supervisor?.close();
    this.#playback?.reset();
    this.#viewer = null;
    this.#interrupt();
  }

  /** Ends everything for good. */
  close(): void {
    this.#closed = true;
    document.removeEventListener('visibilitychange', this.#tellVisibility);
    this.stop();
  }

  #begin(video: HTMLVideoElement): void {
    this.stop();
    const { signaling, mayWatch, onCursor, onPointer, onDesktopSize } = this.#parts;
    const playback = new Playback({
      sound: this.#parts.sound(),
      makePlayer: () => this.#makePlayer(video),
      onCursor,
      onPointer,
      onDesktopSize,
    });
    const device = this.#device;
    this.#playback = playback;
    this.#supervisor = new ViewerSupervisor({
      ways: device ? ['webrtc', 'websocket'] : ['websocket'],
      canOpen: () => signaling.connected && mayWatch(),
      makeViewer: (via, events) => {
        const viewer: ViewerSession = new ViewerSession(
          via,
          { device, signaling, sound: this.#parts.sound().codec },
          {
            ...events,
            onStats: (stats) => {
              if (viewer !== this.#viewer) return;
              this.#parts.onStats({ ...stats, pictureHeight: video.videoHeight || null });
            },
            onReady: () => {
              viewer.choose(this.#choice);
              if (viewer === this.#viewer) this.#tellVisibility();
            },
          },
        );
        return viewer;
      },
      onSwitch: (viewer) => {
        playback.changeViewer();
        this.#viewer = viewer instanceof ViewerSession ? viewer : null;
        this.#tellVisibility();
        this.#awaitPicture();
      },
      onMessage: (message) => playback.push(message),
      onInterrupted: () => this.#interrupt(),
      onBlocked: () => {
        this.#isBlocked = true;
        this.#parts.onChange();
      },
    });
    this.#supervisor.open();
  }

  /* Only the viewer that took over: one that starts needs its first picture to do so. */
  readonly #tellVisibility = (): void => {
    this.#viewer?.setVisible(document.visibilityState === 'visible');
  };

  #makePlayer(video: HTMLVideoElement): VideoPlayer {
    return new VideoPlayer(video, {
      onFrame: (captureTimeMs) => this.#onFrame(captureTimeMs),
      onAppended: (sequence) => this.#viewer?.appended(sequence),
      onResync: () => this.#viewer?.resync(),
      onUnsupported: () => this.#parts.onUnsupported('codec'),
    });
  }

  #onFrame(captureTimeMs: number | null): void {
    this.#viewer?.shown(captureTimeMs);
    if (this.#isShown || !this.#supervisor?.current) return;
    window.clearTimeout(this.#showTimer);
    this.#isShown = true;
    this.#isBlocked = false;
    this.#parts.onChange();
  }

  /* A hidden page shows nothing, and need not. */
  #awaitPicture(): void {
    window.clearTimeout(this.#showTimer);
    if (this.#isShown) return;
    this.#showTimer = window.setTimeout(() => {
      if (document.visibilityState !== 'visible') this.#awaitPicture();
      else {
        this.#playback?.reset();
        this.#viewer?.lose('its picture did not show');
      }
    }, showTimeoutMs);
  }

  #interrupt(): void {
    window.clearTimeout(this.#showTimer);
    this.#isShown = false;
    this.#parts.onStats(null);
    this.#parts.onChange();
  }
}
