/** Counts what is open by address, and says when an address has too much open. */
export class ConnectionCounter {
  readonly #counts = new Map<string, number>();

  constructor(private readonly maximum: number) {}

  isFull(address: string): boolean {
    return this.countOf(address) >= this.maximum;
  }

  countOf(address: string): number {
    return this.#counts.get(address) ?? 0;
  }

  opened(address: string): void {
    this.#counts.set(address, this.countOf(address) + 1);
  }

  closed(address: string): void {
    const count = this.countOf(address) - 1;
    if (count > 0) this.#counts.set(address, count);
    else this.#counts.delete(address);
  }
}
