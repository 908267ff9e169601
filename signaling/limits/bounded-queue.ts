/** Thrown at whoever asks a full queue; nothing was run. */
export class QueueFullError extends Error {
  override readonly name = 'QueueFullError';

  constructor() {
    super('The queue is full.');
  }
}

/**
 * Runs tasks in the order they come, a few at a time. When too many wait, the newest is
 * refused.
 */
export class BoundedQueue {
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /**
   * @param concurrency tasks that run at once
   * @param capacity tasks that may wait besides
   */
  constructor(
    private readonly concurrency: number,
    private readonly capacity: number,
  ) {}

  /** @throws QueueFullError; whatever the task throws */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running >= this.concurrency) await this.#wait();
    else this.#running += 1;
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      // The place passes on to the next in line, so that nobody slips in between.
      if (next) next();
      else this.#running -= 1;
    }
  }

  #wait(): Promise<void> {
    if (this.#waiting.length >= this.capacity) return Promise.reject(new QueueFullError());
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
