import type {
  GroupPicture,
  SubscriberSource,
} from '../../../media-host/fan-out/subscriber-source.js';
import { Subscriber } from '../../../media-host/fan-out/subscriber.js';
import type {
  MediaHeader,
  MediaMessage,
  MediaTrack,
  Rendition,
  VideoRendition,
} from '../../../signaling/protocol/media-message.js';
import type { SoundCodec } from '../../../signaling/protocol/transport.js';
import { FakeClock } from '../fake-clock.js';
import { sampleMessage } from '../pipeline/media-messages.js';

import { FakeMediaChannel } from './fake-media-channel.js';

/** Pictures of this size are over the budget together after ten, and after more than a quarter of it after three. */
export const largeBytes = 20 * 1024;

/** A broadcast that has what a test gives it, and remembers what it is asked for. */
class FakeSource implements SubscriberSource {
  readonly inits = new Map<string, Uint8Array>();
  readonly groups = new Map<VideoRendition, GroupPicture[]>();
  readonly requests: VideoRendition[] = [];
  mainKbps = 4000;
  demands = 0;

  init(track: MediaTrack, rendition: Rendition): Uint8Array | null {
    return this.inits.get(`${track} ${rendition}`) ?? null;
  }

  group(rendition: VideoRendition): readonly GroupPicture[] | null {
    return this.groups.get(rendition) ?? null;
  }

  newest(): readonly Uint8Array[] {
    return [];
  }

  requestKeyFrame(rendition: VideoRendition): void {
    this.requests.push(rendition);
  }

  demandChanged(): void {
    this.demands += 1;
  }
}

/** A subscriber between a broadcast and a page that a test plays. */
export class SubscriberUnderTest {
  readonly video = new FakeMediaChannel();
  readonly audio = new FakeMediaChannel();
  readonly source = new FakeSource();
  readonly clock = new FakeClock();
  readonly subscriber: Subscriber;
  sequence = 0;

  constructor(sound: SoundCodec = 'opus') {
    this.subscriber = new Subscriber(this.video, this.audio, this.source, sound, this.clock);
  }

  push(header: Partial<MediaHeader>, payload: string | number = 100): void {
    const { encoded, message } = sampleMessage(header, payload);
    this.subscriber.push(encoded, message);
  }

  /** Pushes the next picture of the broadcast; gives what reached the page. */
  picture(header: Partial<MediaHeader> = {}, sizeBytes = 100): MediaMessage | undefined {
    this.sequence = (this.sequence + 1) >>> 0;
    this.push({ sequence: this.sequence, ...header }, sizeBytes);
    return this.video.take().at(-1);
  }

  keyFrame(header: Partial<MediaHeader> = {}): MediaMessage | undefined {
    return this.picture({ keyFrame: true, ...header });
  }

  /** Live, with a page that acknowledges. */
  startLive(): void {
    this.subscriber.start();
    this.keyFrame();
    this.subscriber.acknowledge(this.sequence);
    this.source.requests.length = 0;
  }

  /** Over its budget, with everything it was sent on the way. */
  fallBehind(): void {
    while (this.subscriber.state === 'live') this.picture({}, largeBytes);
  }
}
