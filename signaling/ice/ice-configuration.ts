import type { Settings } from '../../deploy/settings.js';
import type { Clock } from '../clock.js';
import type { IceServer, IceSettings } from '../protocol/transport.js';

import { turnCredentials } from './turn-credentials.js';
import type { TurnCredentials } from './turn-credentials.js';

/** Long enough to open a viewer's transports, clocks that differ by a minute included. */
const memberLifetimeMs = 10 * 60_000;
/** A connection check ends by itself after seconds. */
const guestLifetimeMs = 60_000;

export interface IceConfigurationParts {
  readonly settings: Pick<
    Settings,
    'icePolicy' | 'stunUrls' | 'turnUrls' | 'turnServer' | 'turnPort' | 'turnAddress' | 'publicUrl'
  >;
  /** What this service shares with the TURN server; null when there is none. */
  readonly turnSecret: string | null;
  readonly clock: Clock;
}

/** A media host, as far as its way to the TURN server goes. */
export interface HostPlace {
  /** The name under which it reaches this service; null when it gave none. */
  readonly reachedAs: string | null;
  readonly onThisMachine: boolean;
}

interface TurnUser {
  readonly name: string;
  readonly lifetimeMs: number;
}

/** Says which STUN and TURN servers each side of a viewer uses, with fresh credentials each time. */
export class IceConfiguration {
  readonly #publicName: string | null;

  constructor(private readonly parts: IceConfigurationParts) {
    const { publicUrl } = parts.settings;
    this.#publicName = publicUrl === null ? null : new URL(publicUrl).hostname;
  }

  /** @param reachedAs the name under which the page reaches this service */
  forPage(memberId: string, reachedAs: string | null): IceSettings {
    return this.#settingsOf({ name: memberId, lifetimeMs: memberLifetimeMs }, reachedAs);
  }

  /**
   * For a connection check of a page that has joined nothing.
   * @param address where it comes from; all pages from there share one quota at the TURN server
   */
  forGuest(address: string, reachedAs: string | null): IceSettings {
    const name = `guest-${address.replaceAll(':', '-')}`;
    return this.#settingsOf({ name, lifetimeMs: guestLifetimeMs }, reachedAs);
  }

  /**
   * The policy is for the page alone: a page that relays is reached by every path of its host.
   * The built-in TURN server is no help to a host on its own machine, which it reaches anyway.
   * @param peerId the viewer or check
   */
  forHost(peerId: string, { reachedAs, onThisMachine }: HostPlace): IceServer[] {
    const user = { name: peerId, lifetimeMs: memberLifetimeMs };
    return [
      ...this.#stunServers(),
      ...this.#turnServers(user),
      ...(onThisMachine ? [] : this.#builtInServers(user, reachedAs)),
    ];
  }

  #settingsOf(user: TurnUser, reachedAs: string | null): IceSettings {
    const iceServers = [
      ...this.#stunServers(),
      ...this.#turnServers(user),
      ...this.#builtInServers(user, reachedAs),
    ];
    return { iceServers, icePolicy: this.parts.settings.icePolicy };
  }

  #stunServers(): IceServer[] {
    const { stunUrls } = this.parts.settings;
    return stunUrls.length === 0 ? [] : [{ urls: [...stunUrls] }];
  }

  /** Those of the settings. */
  #turnServers(user: TurnUser): IceServer[] {
    const { turnUrls } = this.parts.settings;
    return turnUrls.length === 0 ? [] : [{ urls: [...turnUrls], ...this.#credentials(user) }];
  }

  /** The coturn on this machine, which `npm start` runs. */
  #builtInServers(user: TurnUser, reachedAs: string | null): IceServer[] {
    const { turnServer, turnPort, turnAddress } = this.parts.settings;
    const name = turnAddress ?? this.#publicName ?? reachedAs;
    if (turnServer !== 'on' || name === null) return [];
    return [
      { urls: [`stun:${name}:${turnPort}`] },
      { urls: [`turn:${name}:${turnPort}?transport=udp`], ...this.#credentials(user) },
    ];
  }

  #credentials({ name, lifetimeMs }: TurnUser): TurnCredentials {
    const { turnSecret, clock } = this.parts;
    if (turnSecret === null) throw new Error('a TURN server is configured without its secret');
    return turnCredentials(turnSecret, name, clock.nowMs() + lifetimeMs);
  }
}
