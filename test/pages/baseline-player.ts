/*
 * The player of the WebSocket baseline: what comes is appended as it comes, and a simple catch-up
 * keeps the playhead near the live edge, by rate when it lags a little and by a seek when a lot.
 */

/** The H.264 profile and level the baseline's ffmpeg is told to make: constrained baseline, 3.1. */
const mimeType = 'video/mp4; codecs="avc1.42C01F"';

const catchUp = { ratedFromSeconds: 0.05, rate: 1.1, seekFromSeconds: 0.5, targetSeconds: 0.03 };
/** Played media is dropped in steps of this many seconds, so that the buffer stays small. */
const keptSeconds = 30;

class BaselinePlayer {
  readonly #video: HTMLVideoElement;
  readonly #source = new MediaSource();
  readonly #waiting: ArrayBuffer[] = [];
  #buffer: SourceBuffer | null = null;

  constructor(video: HTMLVideoElement, address: string) {
    this.#video = video;
    video.src = URL.createObjectURL(this.#source);
    this.#source.addEventListener(
      'sourceopen',
      () => {
        const buffer = this.#source.addSourceBuffer(mimeType);
        buffer.addEventListener('updateend', () => this.#advance());
        this.#buffer = buffer;
        this.#receive(address);
      },
      { once: true },
    );
    video.play().catch((error: unknown) => console.error('the baseline cannot play', error));
  }

  #receive(address: string): void {
    const socket = new WebSocket(address);
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', (event: MessageEvent<ArrayBuffer>) => {
      this.#waiting.push(event.data);
      this.#advance();
    });
  }

  #advance(): void {
    const buffer = this.#buffer;
    if (!buffer || buffer.updating) return;
    const next = this.#waiting.shift();
    this.#followLiveEdge(buffer.buffered);
    const { currentTime } = this.#video;
    const oldest = buffer.buffered.length > 0 ? buffer.buffered.start(0) : currentTime;
    if (next) buffer.appendBuffer(next);
    else if (currentTime - oldest > 2 * keptSeconds) buffer.remove(0, currentTime - keptSeconds);
  }

  #followLiveEdge(buffered: TimeRanges): void {
    if (buffered.length === 0) return;
    const end = buffered.end(buffered.length - 1);
    const lagSeconds = end - this.#video.currentTime;
    if (lagSeconds > catchUp.seekFromSeconds) {
      this.#video.currentTime = end - catchUp.targetSeconds;
    }
    this.#video.playbackRate = lagSeconds > catchUp.ratedFromSeconds ? catchUp.rate : 1;
  }
}

const video = document.querySelector('video');
if (!video) throw new Error('the baseline page has no video');
new BaselinePlayer(video, `ws://${location.host}/media`);
