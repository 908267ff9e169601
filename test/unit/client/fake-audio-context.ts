/** When a buffer was told to play, seconds of the context's clock. */
export interface StartedSource {
  readonly at: number;
  readonly samples: number;
}

/** A browser's AudioContext that keeps what would sound. Its clock stands still. */
export class FakeAudioContext extends EventTarget {
  static newest: FakeAudioContext | null = null;
  state: AudioContextState = 'running';
  currentTime = 10;
  readonly destination = {};
  readonly started: StartedSource[] = [];
  readonly volumes: number[] = [];
  /** Thrown by the next `resume`. */
  refusal: Error | null = null;

  constructor() {
    super();
    FakeAudioContext.newest = this;
  }

  setState(state: AudioContextState): void {
    this.state = state;
    this.dispatchEvent(new Event('statechange'));
  }

  createGain(): object {
    const setTargetAtTime = (volume: number): void => void this.volumes.push(volume);
    return { connect: () => undefined, gain: { setTargetAtTime } };
  }

  createBuffer(_channels: number, length: number): object {
    return { length, copyToChannel: () => undefined };
  }

  createBufferSource(): object {
    const source = {
      buffer: { length: NaN },
      connect: () => undefined,
      start: (at: number) => void this.started.push({ at, samples: source.buffer.length }),
    };
    return source;
  }

  resume(): Promise<void> {
    if (this.refusal) return Promise.reject(this.refusal);
    this.setState('running');
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.setState('closed');
    return Promise.resolve();
  }
}
