import { after, before } from 'mocha';

import { FakeSourceBuffer } from './fake-source-buffer.js';

/** A browser's MediaSource that opens when a test says so. */
export class FakeMediaSource extends EventTarget {
  static made: FakeMediaSource[] = [];
  readonly buffer = new FakeSourceBuffer();

  constructor() {
    super();
    FakeMediaSource.made.push(this);
  }

  static get newest(): FakeMediaSource {
    return FakeMediaSource.made.at(-1)!;
  }

  static isTypeSupported(type: string): boolean {
    return /^(?:audio|video)\/mp4/.test(type);
  }

  addSourceBuffer(): FakeSourceBuffer {
    return this.buffer;
  }

  open(): void {
    this.dispatchEvent(new Event('sourceopen'));
  }

  /** As a managed source says that it wants media, or none for a while. */
  setStreaming(isStreaming: boolean): void {
    this.dispatchEvent(new Event(isStreaming ? 'startstreaming' : 'endstreaming'));
  }
}

/** Gives a suite these globals of a browser, and a `URL` that takes media sources. */
export function useGlobals(globals: Readonly<Record<string, unknown>>): void {
  const urls = Object.getOwnPropertyDescriptors(URL);
  const earlier = new Map<string, PropertyDescriptor | undefined>();
  before(() => {
    for (const [name, value] of Object.entries(globals)) {
      earlier.set(name, Object.getOwnPropertyDescriptor(globalThis, name));
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    }
    Object.assign(URL, { createObjectURL: () => 'blob:fake', revokeObjectURL: () => undefined });
  });
  after(() => {
    for (const [name, descriptor] of earlier) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else Reflect.deleteProperty(globalThis, name);
    }
    Object.defineProperties(URL, {
      createObjectURL: urls.createObjectURL,
      revokeObjectURL: urls.revokeObjectURL,
    });
  });
}
