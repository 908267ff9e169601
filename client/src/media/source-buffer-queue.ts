/** Appends that may wait before the queue says that it is full. */
const maxWaiting = 120;

type Operation =
  | { readonly kind: 'append'; readonly data: Uint8Array<ArrayBuffer>; readonly done: () => void }
  | { readonly kind: 'remove'; readonly from: number; readonly to: number }
  | { readonly kind: 'offset'; readonly seconds: number }
  | { readonly kind: 'type'; readonly mimeType: string };

/**
 * Runs operations on a SourceBuffer one after the other: it takes no second one while it is
 * `updating` (Media Source Extensions, section 5.4).
 */
export class SourceBufferQueue {
  #buffer: SourceBuffer | null = null;
  readonly #onError: (error: Error) => void;
  readonly #operations: Operation[] = [];
  #running: Operation | null = null;
  #closed = false;

  /** @param onError called once on the first failure; the queue is closed then */
  constructor(onError: (error: Error) => void) {
    this.#onError = onError;
  }

  /** Gives the queue its buffer, which exists only once the MediaSource is open; until then operations wait. */
  attach(buffer: SourceBuffer): void {
    if (this.#closed || this.#buffer) return;
    this.#buffer = buffer;
    buffer.addEventListener('updateend', this.#onUpdateEnd);
    buffer.addEventListener('error', this.#onBufferError);
    this.#advance();
  }

  /** Appends one segment; `done` is called when it is in the buffer. */
  append(data: Uint8Array<ArrayBuffer>, done: () => void = () => undefined): void {
    if (this.#operations.length >= maxWaiting) {
      this.#fail(new Error('the browser does not keep up'));
      return;
    }
    this.#operations.push({ kind: 'append', data, done });
    this.#advance();
  }

  /** Drops what was buffered between two times, in seconds. */
  remove(from: number, to: number): void {
    if (this.#operations.some((operation) => operation.kind === 'remove')) return;
    this.#operations.push({ kind: 'remove', from, to });
    this.#advance();
  }

  /** Shifts what is appended from now on by `seconds` on the element's timeline. */
  setTimestampOffset(seconds: number): void {
    this.#operations.push({ kind: 'offset', seconds });
    this.#advance();
  }

  /** Whether this browser can go on with another codec in the same buffer. */
  get canChangeType(): boolean {
    return this.#buffer !== null && 'changeType' in this.#buffer;
  }

  /** What is appended from now on, an init segment first, is of another codec. */
  changeType(mimeType: string): void {
    this.#operations.push({ kind: 'type', mimeType });
    this.#advance();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#operations.length = 0;
    this.#buffer?.removeEventListener('updateend', this.#onUpdateEnd);
    this.#buffer?.removeEventListener('error', this.#onBufferError);
  }

  readonly #onUpdateEnd = (): void => {
    const finished = this.#running;
    this.#running = null;
    if (finished?.kind === 'append') finished.done();
    this.#advance();
  };

  readonly #onBufferError = (): void => this.#fail(new Error('the browser rejected a segment'));

  #advance(): void {
    const buffer = this.#buffer;
    if (this.#closed || this.#running || !buffer || buffer.updating) return;
    const next = this.#operations.shift();
    if (!next) return;
    try {
      if (next.kind === 'offset' || next.kind === 'type') {
        if (next.kind === 'offset') buffer.timestampOffset = next.seconds;
        else buffer.changeType(next.mimeType);
        this.#advance();
        return;
      }
      this.#running = next;
      if (next.kind === 'append') buffer.appendBuffer(next.data);
      else buffer.remove(next.from, next.to);
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #fail(error: Error): void {
    if (this.#closed) return;
    this.close();
    this.#onError(error);
  }
}
