import type { Logger } from 'pino';

import type { Clock } from '../clock.js';
import type { HostAnswer, HostLink, HostPayload } from '../hosts/host-link.js';
import type { HostRegistry } from '../hosts/host-registry.js';
import type { IceConfiguration } from '../ice/ice-configuration.js';
import type { RequestBudget } from '../limits/request-budget.js';
import type { MediaPairs } from '../media/media-pairs.js';
import { createOpaqueId } from '../opaque-id.js';
import type { HostTransportCandidate, HostViewerClosed } from '../protocol/host-events.js';
import type { ViewerOpenRequest, ViewerRequest } from '../protocol/requests.js';
import { RequestError } from '../protocol/result.js';
import type { ViewerCloseReason } from '../protocol/room.js';
import type { ViewerOffer } from '../protocol/transport.js';
import type { MemberLink, Membership } from '../rooms/room-members.js';

import type { Viewer, ViewerRegistry } from './viewer-registry.js';

/** Requests of a page about one of its viewers that go to the media host as they are. */
type ForwardedRequest =
  'viewer:start' | 'transport:open' | 'transport:connect' | 'transport:candidate' | 'data:produce';

/** A page uses one viewer, and a second while it replaces the first. */
const maxViewersPerLink = 3;
/** A page that lost its connection, not its media, opens another viewer in this time. */
const viewerGraceMs = 5000;
/** Opening a viewer makes a WebRTC peer at the host; all else is cheap. */
const openCost = 10;
const requestCost = 1;

export interface ViewerServiceParts {
  readonly hosts: HostRegistry;
  readonly viewers: ViewerRegistry;
  /** Media sockets of viewers whose media comes over WebSocket. */
  readonly mediaPairs: MediaPairs;
  /** Spent by member. */
  readonly budget: RequestBudget;
  /** Spent by the address a member comes from, so that joining anew brings nobody a fresh budget. */
  readonly budgetOfAddresses: RequestBudget;
  readonly ice: IceConfiguration;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Carries what pages and media hosts say about viewers to each other, and to nobody else. */
export class ViewerService {
  constructor(private readonly parts: ViewerServiceParts) {
    parts.viewers.events.on('removed', (viewerId) => parts.mediaPairs.close(viewerId));
  }

  /**
   * Opens a viewer at the room's host. Beyond a few of one page, its oldest is closed.
   * @param reachedAs the name under which the page reaches this service; null when not known
   * @throws RequestError `desktop-unavailable`, `rate-limited`, or what the host answers
   */
  async open(
    owner: Membership,
    { via, sound }: ViewerOpenRequest,
    reachedAs: string | null,
  ): Promise<ViewerOffer> {
    const { hosts, ice, viewers, mediaPairs, clock } = this.parts;
    await this.#spend(owner, openCost);
    const host = hosts.hostOf(owner.roomId);
    if (!host) {
      throw new RequestError('desktop-unavailable', 'The desktop is not running at the moment.');
    }
    this.#makePlaceFor(owner.link);
    const viewer = { ...owner, viewerId: createOpaqueId(), host, sinceMs: clock.nowMs() };
    viewers.add(viewer);
    try {
      const { viewerId, roomId, memberId } = viewer;
      const tokens = via === 'websocket' ? mediaPairs.open(viewerId) : null;
      const offer = await host.request('viewer:open', {
        viewerId,
        roomId,
        memberId,
        iceServers: tokens ? [] : ice.forHost(viewerId, host),
        ...(tokens && { mediaToken: tokens.host }),
        ...(sound && { sound }),
      });
      if (viewers.get(viewerId) !== viewer) {
        throw new RequestError('viewer-unknown', 'The viewer was closed while it was opened.');
      }
      if (offer.via === 'webrtc') return { ...offer, ice: ice.forPage(memberId, reachedAs) };
      if (tokens) return { ...offer, token: tokens.page };
      throw new RequestError('desktop-unavailable', 'The media host offers what nobody asked for.');
    } catch (error) {
      viewers.remove(viewer);
      this.#closeAtHost(viewer);
      throw error;
    }
  }

  /** Closes a viewer of the owner's. @throws RequestError `viewer-unknown` */
  async close(owner: Membership, { viewerId }: ViewerRequest): Promise<void> {
    await this.#spend(owner, requestCost);
    this.#close(this.#ownViewer(owner, viewerId));
  }

  /**
   * Hands a request about a viewer of the owner's to its host.
   * @throws RequestError `viewer-unknown`, `rate-limited`, or what the host answers
   */
  async forward<E extends ForwardedRequest>(
    owner: Membership,
    event: E,
    payload: Omit<HostPayload<E>, 'roomId'> & ViewerRequest,
  ): Promise<HostAnswer<E>> {
    await this.#spend(owner, requestCost);
    const viewer = this.#ownViewer(owner, payload.viewerId);
    return viewer.host.request(event, { ...payload, roomId: viewer.roomId });
  }

  /**
   * A page's connection was lost. Its media may still flow: its viewers go on while the page comes
   * back and opens the next one, which takes the place of the last.
   */
  connectionLost(link: MemberLink): void {
    this.parts.clock.after(viewerGraceMs, () => this.closeAllOf(link));
  }

  /** A page is gone, and its viewers with it. */
  closeAllOf(link: MemberLink): void {
    for (const viewer of this.parts.viewers.filter((other) => other.link === link)) {
      this.#close(viewer);
    }
  }

  /** A host lost a viewer. @returns false when it was none of that host's */
  closedByHost(host: HostLink, { viewerId, reason }: HostViewerClosed): boolean {
    const viewer = this.#hostedViewer(host, viewerId);
    if (viewer) this.#tellClosed(viewer, reason);
    return viewer !== null;
  }

  /** A host found a network candidate for a viewer. @returns false when it was none of that host's */
  candidateFromHost(host: HostLink, event: HostTransportCandidate): boolean {
    const { viewerId, transportId, candidate } = event;
    const viewer = this.#hostedViewer(host, viewerId);
    viewer?.link.send('transport:candidate', { viewerId, transportId, candidate });
    return viewer !== null;
  }

  /** A host is gone, and the viewers it served with it. */
  hostGone(hostId: string): void {
    for (const viewer of this.parts.viewers.filter(({ host }) => host.hostId === hostId)) {
      this.#tellClosed(viewer, 'host-gone');
    }
  }

  async #spend({ memberId, link }: Membership, points: number): Promise<void> {
    await this.parts.budget.spend(memberId, points);
    await this.parts.budgetOfAddresses.spend(link.address, points);
  }

  #ownViewer({ link }: Membership, viewerId: string): Viewer {
    const viewer = this.parts.viewers.get(viewerId);
    if (viewer?.link === link) return viewer;
    throw new RequestError('viewer-unknown', 'There is no such viewer any more.');
  }

  #hostedViewer(host: HostLink, viewerId: string): Viewer | null {
    const viewer = this.parts.viewers.get(viewerId);
    return viewer?.host === host ? viewer : null;
  }

  #makePlaceFor(link: MemberLink): void {
    const open = this.parts.viewers.filter((viewer) => viewer.link === link);
    for (const viewer of open.slice(0, Math.max(0, open.length - maxViewersPerLink + 1))) {
      this.#close(viewer);
      viewer.link.send('viewer:closed', { viewerId: viewer.viewerId, reason: 'closed' });
    }
  }

  #tellClosed(viewer: Viewer, reason: ViewerCloseReason): void {
    if (!this.parts.viewers.remove(viewer)) return;
    viewer.link.send('viewer:closed', { viewerId: viewer.viewerId, reason });
  }

  #close(viewer: Viewer): void {
    if (this.parts.viewers.remove(viewer)) this.#closeAtHost(viewer);
  }

  #closeAtHost({ viewerId, roomId, host }: Viewer): void {
    host.request('viewer:close', { viewerId, roomId }).catch((error: unknown) => {
      // The host gives up a viewer nobody asks for by itself; this only delays it.
      this.parts.log.debug({ err: error, viewerId, roomId }, 'viewer was not closed at its host');
    });
  }
}
