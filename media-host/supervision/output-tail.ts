import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

const keptLines = 40;
const lineLength = 500;

/** What a child wrote last: a bounded number of lines, each cut to a bounded length, for error reports. */
export class OutputTail {
  #lines: string[] = [];

  /** The last lines, oldest first. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** @param onLine called with every line that is not blank, as it is kept */
  follow(stream: Readable, onLine: (line: string) => void): void {
    const decoder = new StringDecoder('utf8');
    let unfinished = '';
    const take = (line: string): void => {
      if (line.trim() === '') return;
      this.#lines.push(line);
      if (this.#lines.length > keptLines) this.#lines.shift();
      onLine(line);
    };
    stream.on('data', (chunk: Buffer) => {
      const parts = decoder.write(chunk).split('\n');
      const last = parts.length - 1;
      parts.forEach((part, index) => {
        unfinished = (unfinished + part).slice(0, lineLength);
        if (index === last) return;
        take(unfinished.trimEnd());
        unfinished = '';
      });
    });
    stream.on('end', () => take(unfinished));
  }
}
