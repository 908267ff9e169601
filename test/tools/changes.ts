interface Waiting {
  readonly look: () => void;
}

/** Lets a test wait until something that changes by events is as it should be. */
export class Changes {
  readonly #waiting = new Set<Waiting>();

  /** Says that something changed. */
  notify(): void {
    for (const { look } of [...this.#waiting]) look();
  }

  /**
   * Waits until a condition holds; looked at now and at each change.
   * @param what completes "there was no ..."
   * @throws Error when it did not hold in time
   */
  until(what: string, condition: () => boolean, timeoutMs = 10_000): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(waiting);
      };
      const timer = setTimeout(() => {
        end();
        reject(new Error(`there was no ${what} within ${timeoutMs} ms`));
      }, timeoutMs);
      const waiting: Waiting = {
        look: () => {
          if (!condition()) return;
          end();
          resolve();
        },
      };
      this.#waiting.add(waiting);
      waiting.look();
    });
  }

  /**
   * Waits until nothing changed for a while.
   * @throws Error when it did not come to rest in time
   */
  rest(quietMs: number, timeoutMs = 15_000): Promise<void> {
    return new Promise((resolve, reject) => {
      const deadlineMs = performance.now() + timeoutMs;
      const end = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(waiting);
      };
      const quiet = (): void => {
        end();
        resolve();
      };
      let timer = setTimeout(quiet, quietMs);
      const waiting: Waiting = {
        look: () => {
          clearTimeout(timer);
          timer = setTimeout(quiet, quietMs);
          if (performance.now() < deadlineMs) return;
          end();
          reject(new Error(`it did not come to rest within ${timeoutMs} ms`));
        },
      };
      this.#waiting.add(waiting);
    });
  }
}
