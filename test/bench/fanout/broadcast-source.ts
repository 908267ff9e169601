import { BroadcastServer } from '../../../media-host/pipeline/broadcast/broadcast-server.js';
import {
  encodeMediaMessage,
  type VideoRendition,
} from '../../../signaling/protocol/media-message.js';

const framesPerSecond = 30;
const soundsPerSecond = 100;
const soundSizeBytes = 120;
const keyFrameSizeBytes = 64 * 1024;
/** The product's own comes after 20 s at the latest; on request, as here, at most one a second. */
const keyFrameEvery = 5 * framesPerSecond;
/** What the small rendition goes down to for viewers whose path carries no more. */
const smallBitrateKbps = 250;
const smallKeyFrameSizeBytes = 12 * 1024;
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
  readonly #keyFrameDue = new Set<VideoRendition>();
  #isSmallWanted = false;

  private constructor(server: BroadcastServer, bitrateKbps: number) {
    this.#server = server;
    this.#meanSizeBytes = (bitrateKbps * 1000) / 8 / framesPerSecond;
    this.#timer = setInterval(() => this.#publishDue(), 1);
  }

  static async start(socketPath: string, bitrateKbps: number): Promise<BroadcastSource> {
    let source: BroadcastSource | null = null;
    const server = await BroadcastServer.listen(socketPath, {
      onDemand: ({ small }) => source?.setSmallWanted(small.receiving > 0),
      onKeyFrameRequest: (rendition) => source?.requestKeyFrame(rendition),
      onInput: () => undefined,
      onSubscriberLost: () => undefined,
    });
    source = new BroadcastSource(server, bitrateKbps);
    return source;
  }

  requestKeyFrame(rendition: VideoRendition): void {
    this.#keyFrameDue.add(rendition);
  }

  setSmallWanted(isWanted: boolean): void {
    if (isWanted && !this.#isSmallWanted) this.requestKeyFrame('small');
    this.#isSmallWanted = isWanted;
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
    const least = this.#keyFrameDue.has('main') ? framesPerSecond : keyFrameEvery;
    const keyFrame = this.#pictures === 1 || sinceKeyFrame >= least;
    if (keyFrame) {
      this.#lastKeyFrame = this.#pictures;
      this.#keyFrameDue.delete('main');
    }
    const share = 1 - sizeSpread + 2 * sizeSpread * Math.random();
    const sizeBytes = keyFrame ? keyFrameSizeBytes : Math.round(this.#meanSizeBytes * share);
    this.#publish('main', keyFrame, this.#pictures, sizeBytes);
    if (this.#isSmallWanted) this.#publishSmall(share);
  }

  #publishSmall(share: number): void {
    const keyFrame = this.#keyFrameDue.delete('small');
    const meanSizeBytes = (smallBitrateKbps * 1000) / 8 / framesPerSecond;
    const sizeBytes = keyFrame ? smallKeyFrameSizeBytes : Math.round(meanSizeBytes * share);
    this.#publish('small', keyFrame, this.#pictures, sizeBytes);
  }

  #publishSound(): void {
    this.#sounds += 1;
    this.#publish('sound', true, this.#sounds, soundSizeBytes);
  }

  #publish(
    what: VideoRendition | 'sound',
    keyFrame: boolean,
    sequence: number,
    sizeBytes: number,
  ): void {
    this.#server.publish(
      encodeMediaMessage(
        {
          kind: 'fragment',
          track: what === 'sound' ? 'audio' : 'video',
          rendition: what === 'sound' ? 'main' : what,
          keyFrame,
          gap: false,
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
