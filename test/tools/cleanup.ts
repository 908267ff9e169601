/** What has to be undone, in reverse order, whatever happened meanwhile. */
export class Cleanup {
  readonly #steps: (() => Promise<void> | void)[] = [];

  /** Remembers how to end something, and hands it through. */
  add<T>(value: T, end: (value: T) => Promise<void> | void): T {
    this.#steps.push(() => end(value));
    return value;
  }

  /** Undoes everything; a step that fails does not keep the others from being tried. */
  async run(): Promise<void> {
    const failures: unknown[] = [];
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'not everything could be ended');
  }
}
