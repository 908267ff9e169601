import { BroadcastClient } from '../../media-host/pipeline/broadcast/broadcast-client.js';
import { noDemand, type Upstream } from '../../media-host/pipeline/broadcast/upstream.js';
import {
  decodeMediaMessage,
  type MediaMessage,
  type MediaTrack,
  type Rendition,
} from '../../signaling/protocol/media-message.js';

import { Changes } from './changes.js';

let barriers = 0;

/** Subscribes to a pipeline's broadcast and keeps what comes. */
export class BroadcastRecorder {
  readonly messages: MediaMessage[] = [];
  readonly changes = new Changes();
  readonly #client: BroadcastClient;
  /** Times it was connected to a pipeline, and lost one. */
  connects = 0;
  disconnects = 0;

  constructor(readonly socketPath: string) {
    this.#client = new BroadcastClient(socketPath, {
      onConnect: () => {
        this.connects += 1;
        this.changes.notify();
      },
      onMessage: (encoded) => {
        this.messages.push(decodeMediaMessage(encoded));
        this.changes.notify();
      },
      onDisconnect: () => {
        this.disconnects += 1;
        this.changes.notify();
      },
    });
  }

  /**
   * Says how many watch, and waits until the pipeline knows.
   * @param compatibleSound how many of them need sound as AAC
   */
  async watch(viewers: number, compatibleSound = 0): Promise<void> {
    await this.changes.until('pipeline to connect to', () => this.connects > this.disconnects);
    const main = { receiving: viewers, wanting: viewers, suffering: 0 };
    this.send({ type: 'demand', demand: { ...noDemand, main, compatibleSound } });
    await this.#barrier();
  }

  send(message: Upstream): void {
    this.#client.send(message);
  }

  /** The newest init segment of a track. @throws Error when there is none */
  init(track: MediaTrack, rendition: Rendition = 'main'): MediaMessage {
    const init = this.messages.findLast(
      (message) =>
        message.kind === 'init' && message.track === track && message.rendition === rendition,
    );
    if (!init) throw new Error(`no init segment of ${track}`);
    return init;
  }

  fragments(track: MediaTrack, rendition: Rendition = 'main'): MediaMessage[] {
    return this.messages.filter(
      (message) =>
        message.kind === 'fragment' && message.track === track && message.rendition === rendition,
    );
  }

  /** Waits until a track has so many fragments that fulfil a condition, and gives those. */
  async untilFragments(
    track: MediaTrack,
    count: number,
    condition: (message: MediaMessage) => boolean = () => true,
    timeoutMs?: number,
  ): Promise<MediaMessage[]> {
    const found = (): MediaMessage[] => this.fragments(track).filter(condition);
    const what = `${count} fragments of ${track}`;
    await this.changes.until(what, () => found().length >= count, timeoutMs);
    return found();
  }

  /** Forgets the fragments so far. */
  forget(): void {
    const kept = this.messages.filter(({ kind }) => kind !== 'fragment');
    this.messages.splice(0, Infinity, ...kept);
  }

  close(): void {
    this.#client.close();
  }

  /* A pointer that is moved comes back as a message: what was sent before has been dealt with. */
  async #barrier(): Promise<void> {
    // A place of its own each time, or the place of the time before would be taken for the answer.
    barriers = (barriers + 1) % 256;
    const x = barriers;
    this.send({ type: 'input', input: { type: 'pointer', x, y: 0, buttons: 0 } });
    await this.changes.until('answer of the pipeline', () =>
      this.messages.some(
        ({ kind, payload }) => kind === 'pointer' && Buffer.from(payload).readUInt32LE(0) === x,
      ),
    );
  }
}
