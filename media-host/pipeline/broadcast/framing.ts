/*
 * The broadcast is a local stream socket. Both ways it carries frames: four bytes of size, big-endian,
 * then that many bytes. Pipeline to subscriber: media messages. Subscriber to pipeline: JSON text.
 */

const prefixSizeBytes = 4;

export function frameOf(payload: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(prefixSizeBytes + payload.length);
  frame.writeUInt32BE(payload.length, 0);
  frame.set(payload, prefixSizeBytes);
  return frame;
}

/** Cuts a byte stream into frames again. */
export class FrameReader {
  readonly #maxSizeBytes: number;
  #chunks: Buffer[] = [];
  #sizeBytes = 0;

  constructor(maxSizeBytes: number) {
    this.#maxSizeBytes = maxSizeBytes;
  }

  /**
   * Takes what the socket read and yields every frame it completes. Payloads are copies.
   * @throws RangeError when a frame announces more than the limit; the stream is then unusable
   */
  *push(chunk: Buffer): Generator<Uint8Array<ArrayBuffer>> {
    this.#chunks.push(chunk);
    this.#sizeBytes += chunk.length;
    for (;;) {
      if (this.#sizeBytes < prefixSizeBytes) return;
      const payloadSizeBytes = this.#peekSize();
      if (payloadSizeBytes > this.#maxSizeBytes) {
        throw new RangeError(`frame of ${payloadSizeBytes} bytes exceeds ${this.#maxSizeBytes}`);
      }
      const wholeSizeBytes = prefixSizeBytes + payloadSizeBytes;
      if (this.#sizeBytes < wholeSizeBytes) return;
      const joined = this.#join();
      this.#chunks = [joined.subarray(wholeSizeBytes)];
      this.#sizeBytes -= wholeSizeBytes;
      yield new Uint8Array(joined.subarray(prefixSizeBytes, wholeSizeBytes));
    }
  }

  #peekSize(): number {
    const first = this.#chunks[0];
    return first && first.length >= prefixSizeBytes
      ? first.readUInt32BE(0)
      : this.#join().readUInt32BE(0);
  }

  #join(): Buffer {
    const [first] = this.#chunks;
    if (this.#chunks.length === 1 && first) return first;
    const joined = Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined;
  }
}
