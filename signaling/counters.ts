/** What a service refuses or ignores; each kind is counted since the service started. */
export const counterNames = [
  'malformedRequests',
  'unknownEvents',
  'rateLimited',
  'joinsRefused',
  'tokensRefused',
  'originsRefused',
  'connectionsRefused',
  'hostsRefused',
  'hostEventsIgnored',
  'mediaSocketsRefused',
] as const;

export type CounterName = (typeof counterNames)[number];

export class Counters {
  readonly #counts = new Map<CounterName, number>(counterNames.map((name) => [name, 0]));

  increment(name: CounterName): void {
    this.#counts.set(name, this.get(name) + 1);
  }

  get(name: CounterName): number {
    return this.#counts.get(name) ?? 0;
  }

  /** All counts by name. */
  snapshot(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }
}
