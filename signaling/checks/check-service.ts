import type { Logger } from 'pino';

import type { Clock } from '../clock.js';
import type { HostLink } from '../hosts/host-link.js';
import type { HostRegistry } from '../hosts/host-registry.js';
import type { IceConfiguration } from '../ice/ice-configuration.js';
import { RateLimitedError } from '../limits/rate-limited-error.js';
import type { RequestBudget } from '../limits/request-budget.js';
import { createOpaqueId } from '../opaque-id.js';
import { checkLifetimeMs } from '../protocol/check.js';
import type { CheckCandidate, CheckConnectRequest, CheckOffer } from '../protocol/check.js';
import { RequestError } from '../protocol/result.js';
import type { MemberLink } from '../rooms/room-members.js';
import type { RoomRegistry } from '../rooms/room-registry.js';

/** A page checks the direct path and the relayed one, at the same time. */
const maxChecksPerLink = 2;
/** More candidates of one page than its networks can have. */
const maxCandidates = 24;

interface Check {
  readonly checkId: string;
  /** The connection that opened it; it lives no longer than that. */
  readonly link: MemberLink;
  readonly host: HostLink;
  /** Whose fan-out has the peer; the page never learns. */
  readonly roomId: string;
  readonly cancelEnd: () => void;
  candidates: number;
}

export interface CheckServiceParts {
  readonly rooms: RoomRegistry;
  readonly hosts: HostRegistry;
  /** Spent by address. */
  readonly budget: RequestBudget;
  /** Checks at once, of everybody. */
  readonly capacity: number;
  readonly ice: IceConfiguration;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Connection checks: carries what pages, members of no room, and the media host that plays the other
 * side say to each other. Which room's processes do so has nothing to do with the page, so that
 * nobody learns from a check what rooms there are.
 */
export class CheckService {
  readonly #checks = new Map<string, Check>();

  constructor(private readonly parts: CheckServiceParts) {}

  /**
   * Opens a check at any media host that runs a room. Beyond two of one page, its oldest is closed.
   * @param reachedAs the name under which the page reaches this service; null when not known
   * @throws RequestError `desktop-unavailable`, `rate-limited`, or what the host answers
   */
  async open(link: MemberLink, address: string, reachedAs: string | null): Promise<CheckOffer> {
    const { budget, capacity, clock, ice } = this.parts;
    await budget.spend(address, 1);
    this.#makePlaceFor(link);
    if (this.#checks.size >= capacity) {
      throw new RateLimitedError('Too many people check their connection.', checkLifetimeMs / 1000);
    }
    const { roomId, host } = this.#anyPlace();
    const checkId = createOpaqueId();
    const cancelEnd = clock.after(checkLifetimeMs, () => this.#close(check));
    const check: Check = { checkId, link, host, roomId, cancelEnd, candidates: 0 };
    this.#checks.set(checkId, check);
    try {
      const iceServers = ice.forHost(checkId, host);
      const peer = await host.request('check:open', { checkId, roomId, iceServers });
      this.#check(link, checkId);
      return { checkId, ...peer, ...ice.forGuest(address, reachedAs) };
    } catch (error) {
      this.#close(check);
      throw error;
    }
  }

  /** @throws RequestError `viewer-unknown`, or what the host answers */
  async connect(link: MemberLink, request: CheckConnectRequest): Promise<Record<string, never>> {
    const { host, roomId } = this.#check(link, request.checkId);
    return host.request('check:connect', { ...request, roomId });
  }

  /**
   * Hands a candidate of the page on. Beyond a sane number they are dropped: nobody shall search a
   * network by way of the media host.
   * @throws RequestError `viewer-unknown`, or what the host answers
   */
  async addCandidate(link: MemberLink, request: CheckCandidate): Promise<Record<string, never>> {
    const check = this.#check(link, request.checkId);
    check.candidates += 1;
    if (check.candidates > maxCandidates) return {};
    return check.host.request('check:candidate', { ...request, roomId: check.roomId });
  }

  /** Ends a check; does nothing when it has ended by itself. */
  close(link: MemberLink, checkId: string): void {
    const check = this.#checks.get(checkId);
    if (check?.link === link) this.#close(check);
  }

  /** A page's connection is gone, and its checks with it. */
  closeAllOf(link: MemberLink): void {
    for (const check of this.#filter((other) => other.link === link)) this.#close(check);
  }

  /** A host found a network candidate. @returns false when the check is none of that host's */
  candidateFromHost(host: HostLink, event: CheckCandidate): boolean {
    const check = this.#checks.get(event.checkId);
    if (check?.host !== host) return false;
    check.link.send('check:candidate', event);
    return true;
  }

  /** A host is gone, and the peers it had with it. */
  hostGone(hostId: string): void {
    for (const check of this.#filter(({ host }) => host.hostId === hostId)) this.#forget(check);
  }

  /** Stops all timers; idempotent. The hosts' ends have timers of their own. */
  closeAll(): void {
    for (const check of this.#filter(() => true)) this.#forget(check);
  }

  #filter(wanted: (check: Check) => boolean): Check[] {
    return [...this.#checks.values()].filter(wanted);
  }

  #check(link: MemberLink, checkId: string): Check {
    const check = this.#checks.get(checkId);
    if (check?.link === link) return check;
    throw new RequestError('viewer-unknown', 'This check has ended.');
  }

  #anyPlace(): { readonly roomId: string; readonly host: HostLink } {
    const { rooms, hosts } = this.parts;
    const places = rooms.all().flatMap(({ roomId, desktop }) => {
      const host = desktop.state === 'running' ? hosts.hostOf(roomId) : null;
      return host ? [{ roomId, host }] : [];
    });
    const place = places[Math.floor(Math.random() * places.length)];
    if (place) return place;
    throw new RequestError('desktop-unavailable', 'No media host is ready at the moment.');
  }

  #makePlaceFor(link: MemberLink): void {
    const open = this.#filter((check) => check.link === link);
    for (const check of open.slice(0, Math.max(0, open.length - maxChecksPerLink + 1))) {
      this.#close(check);
    }
  }

  #close(check: Check): void {
    if (!this.#forget(check)) return;
    const { checkId, roomId, host } = check;
    host.request('check:close', { checkId, roomId }).catch((error: unknown) => {
      // The host ends every check by itself; this only delays it.
      this.parts.log.debug({ err: error, checkId }, 'check was not closed at its host');
    });
  }

  /** @returns false when it was gone already */
  #forget(check: Check): boolean {
    check.cancelEnd();
    return this.#checks.delete(check.checkId);
  }
}
