import type { HostLink } from '../../../signaling/hosts/host-link.js';
import type { MemberLink } from '../../../signaling/rooms/room-members.js';

/** A page's connection that remembers what it was sent. */
export class FakeMemberLink implements MemberLink {
  address = '192.0.2.1';
  isOpen = true;
  endedFor: string | null = null;
  readonly sent: { readonly event: string; readonly payload: unknown }[] = [];

  send(event: string, payload: unknown): void {
    this.sent.push({ event, payload });
  }

  end(reason: string): void {
    this.endedFor = reason;
    this.isOpen = false;
  }
}

/** A media host that remembers what it was asked, and answers as told. */
export class FakeHostLink implements HostLink {
  readonly connectedSinceMs = 0;
  readonly reachedAs = 'signaling.lan';
  readonly onThisMachine = false;
  hasEnded = false;
  readonly asked: { readonly event: string; readonly payload: unknown }[] = [];
  /** Answers the requests; what it throws rejects them. */
  answer: (event: string, payload: unknown) => unknown = () => ({});

  constructor(readonly hostId: string) {}

  async request<T>(event: string, payload: unknown): Promise<T> {
    this.asked.push({ event, payload });
    return (await this.answer(event, payload)) as T;
  }

  end(): void {
    this.hasEnded = true;
  }

  askedFor(event: string): unknown[] {
    return this.asked.filter((request) => request.event === event).map(({ payload }) => payload);
  }
}
