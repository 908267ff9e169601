import { randomUUID } from 'node:crypto';
import * as fileSystem from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { z } from 'zod';

import { ServiceError, systemErrorCode } from '../../deploy/service-error.js';

/** What {@link JsonFile} needs of the file system. */
export type FileSystem = Pick<
  typeof fileSystem,
  'open' | 'readFile' | 'readdir' | 'rename' | 'unlink'
>;

/** A file of the store that cannot be read or written; the message names it and the remedy. */
export class StoreError extends ServiceError {
  override readonly name = 'StoreError';

  constructor(
    readonly reason: 'damaged' | 'unknown-version' | 'unreadable' | 'disk-full' | 'unwritable',
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

const versionSchema = z.object({ version: z.number() });

/**
 * One JSON file of the data folder, `{ version, … }`, readable by its owner only. A write
 * replaces it whole or not at all; what cannot be understood is never overwritten.
 */
export class JsonFile<T extends { version: number }> {
  #lastWrite: Promise<void> = Promise.resolve();
  #understood = false;

  constructor(
    readonly path: string,
    private readonly schema: z.ZodType<T>,
    private readonly version: T['version'],
    private readonly files: FileSystem = fileSystem,
  ) {}

  /**
   * Reads the file, and removes what an interrupted write may have left beside it.
   * @returns the content, or null when there is no such file
   * @throws StoreError
   */
  async read(): Promise<T | null> {
    const text = await this.#readText();
    const content = text === null ? null : this.#parse(text);
    this.#understood = true;
    await this.#removeLeftovers();
    return content;
  }

  /**
   * Replaces the content: durable when the promise resolves, unchanged when it rejects.
   * Writes follow one another. Read the file before the first write.
   * @throws StoreError
   */
  write(content: T): Promise<void> {
    if (!this.#understood) throw new Error(`${this.path} is written before it was read`);
    const write = this.#lastWrite.then(() =>
      this.#replace(`${JSON.stringify(content, null, 2)}\n`),
    );
    // The failure is the caller's to handle; the next write does not depend on it.
    this.#lastWrite = write.catch(() => undefined);
    return write;
  }

  /** Removes the file; nothing happens when there is none. @throws StoreError */
  remove(): Promise<void> {
    const removal = this.#lastWrite.then(() => this.#removeIfThere(this.path));
    this.#lastWrite = removal.catch(() => undefined);
    return removal;
  }

  async #readText(): Promise<string | null> {
    try {
      return await this.files.readFile(this.path, 'utf8');
    } catch (error) {
      const code = systemErrorCode(error);
      if (code === 'ENOENT') return null;
      throw new StoreError(
        'unreadable',
        `The file ${this.path} cannot be read (${code ?? String(error)}). Let the user who runs Share Space read it.`,
        error,
      );
    }
  }

  #parse(text: string): T {
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch (error) {
      throw this.#damaged('it is not whole JSON', error);
    }
    const stamp = versionSchema.safeParse(json);
    if (stamp.success && stamp.data.version !== this.version) {
      throw new StoreError(
        'unknown-version',
        `The file ${this.path} has version ${stamp.data.version}; this Share Space knows version ${this.version}. ` +
          'Run the Share Space that wrote it, or move the file away to start afresh. It was left as it is.',
      );
    }
    const result = this.schema.safeParse(json);
    if (result.success) return result.data;
    const issue = result.error.issues[0];
    throw this.#damaged(
      `${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'unexpected'}`,
      result.error,
    );
  }

  #damaged(why: string, cause: unknown): StoreError {
    return new StoreError(
      'damaged',
      `The file ${this.path} is damaged (${why}). ` +
        'Put a backup in its place, or move it away to start afresh. It was left as it is.',
      cause,
    );
  }

  async #replace(text: string): Promise<void> {
    const temporaryPath = `${this.path}.${randomUUID()}.tmp`;
    try {
      const file = await this.files.open(temporaryPath, 'wx', 0o600);
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      await this.files.rename(temporaryPath, this.path);
      await this.#syncFolder();
    } catch (error) {
      await this.#removeIfThere(temporaryPath);
      throw this.#writeError(error);
    }
  }

  /** Makes the new name of a file durable (fsync(2), notes). */
  async #syncFolder(): Promise<void> {
    const folder = await this.files.open(dirname(this.path), 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }

  #writeError(error: unknown): StoreError {
    const code = systemErrorCode(error);
    return code === 'ENOSPC' || code === 'EDQUOT'
      ? new StoreError(
          'disk-full',
          `The disk is full: ${this.path} could not be written and keeps its old content. Free some space and try again.`,
          error,
        )
      : new StoreError(
          'unwritable',
          `The file ${this.path} could not be written (${code ?? String(error)}) and keeps its old content. ` +
            'Let the user who runs Share Space write to its folder.',
          error,
        );
  }

  async #removeLeftovers(): Promise<void> {
    const folder = dirname(this.path);
    const prefix = `${basename(this.path)}.`;
    const names = await this.files.readdir(folder);
    await Promise.all(
      names
        .filter((name) => name.startsWith(prefix) && name.endsWith('.tmp'))
        .map((name) => this.#removeIfThere(join(folder, name))),
    );
  }

  async #removeIfThere(path: string): Promise<void> {
    try {
      await this.files.unlink(path);
    } catch (error) {
      if (systemErrorCode(error) !== 'ENOENT') throw this.#writeError(error);
    }
  }
}
