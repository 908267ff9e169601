import { maxMediaMessageSizeBytes } from './media-message.js';

/*
 * A media message travels on a data channel as chunks: one flag byte (bit 0: first
 * chunk, bit 1: last chunk), then a slice of the message. Small chunks let sound and
 * input interleave with a large key frame, and stay below every browser's message limit.
 */

export const chunkSizeBytes = 32 * 1024;

const firstFlag = 1;
const lastFlag = 2;

/** Slices a message into chunks, in the order in which they must be sent. */
export function* splitIntoChunks(message: Uint8Array): Generator<Uint8Array<ArrayBuffer>> {
  const step = chunkSizeBytes - 1;
  for (let offset = 0; offset < message.byteLength; offset += step) {
    const slice = message.subarray(offset, offset + step);
    const chunk = new Uint8Array(slice.byteLength + 1);
    chunk[0] =
      (offset === 0 ? firstFlag : 0) | (offset + step >= message.byteLength ? lastFlag : 0);
    chunk.set(slice, 1);
    yield chunk;
  }
}

/** Puts chunks of one ordered channel together again. */
export class ChunkAssembler {
  #parts: Uint8Array<ArrayBuffer>[] = [];
  #sizeBytes = 0;

  /**
   * Takes one chunk.
   * @returns the whole message when this chunk was its last, else null
   * @throws RangeError on a chunk that cannot follow the one before, or a message beyond
   *   the size limit; the assembler then starts afresh
   */
  push(chunk: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | null {
    const flags = chunk[0] ?? 0;
    const isFirst = (flags & firstFlag) !== 0;
    const isLast = (flags & lastFlag) !== 0;
    if (chunk.byteLength < 2 || flags > (firstFlag | lastFlag)) this.#reject('malformed chunk');
    if (isFirst !== (this.#parts.length === 0)) this.#reject('chunk out of order');
    const slice = chunk.subarray(1);
    if (isFirst && isLast) return slice;
    this.#sizeBytes += slice.byteLength;
    if (this.#sizeBytes > maxMediaMessageSizeBytes) this.#reject('message too large');
    this.#parts.push(slice);
    return isLast ? this.#take() : null;
  }

  #take(): Uint8Array<ArrayBuffer> {
    const message = new Uint8Array(this.#sizeBytes);
    let offset = 0;
    for (const part of this.#parts) {
      message.set(part, offset);
      offset += part.byteLength;
    }
    this.#reset();
    return message;
  }

  #reject(why: string): never {
    this.#reset();
    throw new RangeError(why);
  }

  #reset(): void {
    this.#parts = [];
    this.#sizeBytes = 0;
  }
}
