/** A browser's SourceBuffer that does what it is told only when a test says so. */
export class FakeSourceBuffer extends EventTarget implements SourceBuffer {
  /** What was asked of it, oldest first. */
  readonly log: string[] = [];
  /** Thrown by the next append, as a browser does when its buffer is full. */
  nextAppendError: Error | null = null;
  updating = false;
  mode: AppendMode = 'segments';
  appendWindowStart = 0;
  appendWindowEnd = Infinity;
  onabort = null;
  onerror = null;
  onupdate = null;
  onupdateend = null;
  onupdatestart = null;
  #timestampOffset = 0;

  get timestampOffset(): number {
    return this.#timestampOffset;
  }

  set timestampOffset(seconds: number) {
    this.#assertIdle();
    this.log.push(`offset ${seconds}`);
    this.#timestampOffset = seconds;
  }

  get buffered(): TimeRanges {
    throw new Error('the queue does not look at what is buffered');
  }

  appendBuffer(data: BufferSource): void {
    this.#assertIdle();
    const error = this.nextAppendError;
    this.nextAppendError = null;
    if (error) throw error;
    const bytes = ArrayBuffer.isView(data)
      ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      : new Uint8Array(data);
    this.log.push(`append ${Buffer.from(bytes).toString()}`);
    this.updating = true;
  }

  remove(from: number, to: number): void {
    this.#assertIdle();
    this.log.push(`remove ${from}-${to}`);
    this.updating = true;
  }

  abort(): void {
    throw new Error('the queue never aborts');
  }

  changeType(mimeType: string): void {
    this.#assertIdle();
    this.log.push(`type ${mimeType}`);
  }

  /** The operation under way ends well. */
  finish(): void {
    this.updating = false;
    this.dispatchEvent(new Event('updateend'));
  }

  /** The operation under way fails, as on a segment that cannot be parsed. */
  reject(): void {
    this.updating = false;
    this.dispatchEvent(new Event('error'));
    this.dispatchEvent(new Event('updateend'));
  }

  #assertIdle(): void {
    if (this.updating) throw new DOMException('still updating', 'InvalidStateError');
  }
}
