import { BroadcastServer } from '../../../media-host/pipeline/broadcast/broadcast-server.js';
import { encodeMediaMessage } from '../../../signaling/protocol/media-message.js';

const framesPerSecond = 30;
const soundsPerSecond = 100;
const soundSizeBytes = 120;
const keyFrameSizeBytes = 64 * 1024;
/** The product's own comes after 20 s at the latest; on request, as here, at most one a second. */
const keyFrameEvery = 5 * framesPerSecond;
/** Pictures vary by this share around their mean, as those of a busy desktop do. */
const sizeSpread = 0.5;

/**
 * A pipeline without a desktop: pictures and sound of the sizes and at the rates of a busy one, each
 * stamped with the time of sending. What is in them is noise; nobody decodes it.
 */
export class BroadcastSource {
  readonly #server: BroadcastServer;
  readonly #meanSizeBytes: number;
  readonly #timer: NodeJS.Timeout;
  readonly #startedAtMs = performance.now();
  readonly #noise = new Uint8Array(4 * keyFrameSizeBytes).map((_, index) => (index * 31) % 251);
  #pictures = 0;
  #sounds = 0;
  #lastKeyFrame = 0;
  #keyFrameDue = false;

  private constructor(server: BroadcastServer, bitrateKbps: number) {
    this.#server = server;
    this.#meanSizeBytes = (bitrateKbps * 1000) / 8 / framesPerSecond;
    this.#timer = setInterval(() => this.#publishDue(), 1);
  }

  static async start(socketPath: string, bitrateKbps: number): Promise<BroadcastSource> {
    let source: BroadcastSource | null = null;
    const server = await BroadcastServer.listen(socketPath, {
      onDemand: () => undefined,
      onKeyFrameRequest: () => source?.requestKeyFrame(),
      onInput: () => undefined,
      onSubscriberLost: () => undefined,
    });
    source = new BroadcastSource(server, bitrateKbps);
    return source;
  }

  requestKeyFrame(): void {
    this.#keyFrameDue = true;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#server.close();
  }

  #publishDue(): void {
    const elapsedSeconds = (performance.now() - this.#startedAtMs) / 1000;
    while (this.#sounds < elapsedSeconds * soundsPerSecond) this.#publishSound();
    if (this.#pictures < elapsedSeconds * framesPerSecond) this.#publishPicture();
  }

  #publishPicture(): void {
    this.#pictures += 1;
    const sinceKeyFrame = this.#pictures - this.#lastKeyFrame;
    const least = this.#keyFrameDue ? framesPerSecond : keyFrameEvery;
    const keyFrame = this.#pictures === 1 || sinceKeyFrame >= least;
    if (keyFrame) {
      this.#lastKeyFrame = this.#pictures;
      this.#keyFrameDue = false;
    }
    const share = 1 - sizeSpread + 2 * sizeSpread * Math.random();
    const sizeBytes = keyFrame ? keyFrameSizeBytes : Math.round(this.#meanSizeBytes * share);
    this.#publish('video', keyFrame, this.#pictures, sizeBytes);
  }

  #publishSound(): void {
    this.#sounds += 1;
    this.#publish('audio', true, this.#sounds, soundSizeBytes);
  }

  #publish(track: 'video' | 'audio', keyFrame: boolean, sequence: number, sizeBytes: number): void {
    this.#server.publish(
      encodeMediaMessage(
        {
          kind: 'fragment',
          track,
          keyFrame,
          gap: false,
          rendition: 'main',
          sequence,
          captureTimeMs: performance.timeOrigin + performance.now(),
          decodeTimeSeconds: 0,
          durationUs: 0,
        },
        this.#noise.subarray(0, sizeBytes),
      ),
    );
  }
}
