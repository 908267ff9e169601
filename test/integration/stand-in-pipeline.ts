import { BroadcastServer } from '../../media-host/pipeline/broadcast/broadcast-server.js';
import { noDemand } from '../../media-host/pipeline/broadcast/upstream.js';
import type { MediaHeader } from '../../signaling/protocol/media-message.js';
import type { Input } from '../../signaling/protocol/viewer-messages.js';
import { Changes } from '../tools/changes.js';
import { sampleMessage } from '../unit/pipeline/media-messages.js';

/** A pipeline that publishes what a test says, and remembers what it is told. */
export class StandInPipeline {
  readonly changes = new Changes();
  readonly inputs: Input[] = [];
  demand = noDemand;
  keyFrameRequests = 0;
  #server: BroadcastServer | null = null;
  #sequence = 0;

  /** @throws Error when the socket cannot be made */
  static async start(socketPath: string): Promise<StandInPipeline> {
    const pipeline = new StandInPipeline();
    const changed = (change: () => void): void => {
      change();
      pipeline.changes.notify();
    };
    pipeline.#server = await BroadcastServer.listen(socketPath, {
      onDemand: (demand) => changed(() => (pipeline.demand = demand)),
      onKeyFrameRequest: () => changed(() => (pipeline.keyFrameRequests += 1)),
      onInput: (_subscriber, input) => changed(() => pipeline.inputs.push(input)),
      onSubscriberLost: () => undefined,
    });
    return pipeline;
  }

  publish(header: Partial<MediaHeader>, payload: string | number): void {
    this.#server?.publish(sampleMessage(header, payload).encoded);
  }

  /** Publishes the next picture. */
  picture(keyFrame: boolean, payload: string | number = 1000): void {
    this.#sequence += 1;
    this.publish({ keyFrame, sequence: this.#sequence }, payload);
  }

  get viewers(): number {
    return this.demand.main.receiving;
  }

  async untilViewers(count: number): Promise<void> {
    await this.changes.until(`count of ${count} viewers`, () => this.viewers === count);
  }

  close(): void {
    this.#server?.close();
  }
}
