import type { CheckOffer } from '../../../signaling/protocol/check.js';
import type { IceServer } from '../../../signaling/protocol/transport.js';

import { failed, fine, unavailable } from './check-result.js';
import type { CheckOutcome } from './check-result.js';
import type { Echo, EchoOptions } from './echo.js';
import type { Gathered } from './gathering.js';

/* The ways of the media: straight, with STUN's help, and through a TURN relay. */

/** What these tests do with the network. */
export interface MediaProbes {
  /** Opens a check at a media host. Rejects when that is refused. */
  open(): Promise<CheckOffer>;
  echo(options: EchoOptions, signal: AbortSignal): Promise<Echo>;
  gather(iceServers: readonly IceServer[], signal: AbortSignal): Promise<Gathered>;
}

const hasScheme = (scheme: string, servers: readonly IceServer[]): boolean =>
  servers.some(({ urls }) => urls.some((url) => url.startsWith(scheme)));

/** Of these servers, what does not relay. */
const withoutRelays = (servers: readonly IceServer[]): IceServer[] =>
  servers
    .map((server) => ({ ...server, urls: server.urls.filter((url) => /^stuns?:/.test(url)) }))
    .filter(({ urls }) => urls.length > 0);

/** UDP to the media host without a relay. */
export async function testUdp(
  probes: MediaProbes,
  offer: CheckOffer,
  signal: AbortSignal,
): Promise<CheckOutcome<'udp'>> {
  if (offer.icePolicy === 'relay') return unavailable('relay-only');
  const iceServers = withoutRelays(offer.iceServers);
  const { roundTripMs, path } = await probes.echo({ offer, iceServers, icePolicy: 'all' }, signal);
  const isMapped = path?.local === 'srflx' || path?.remote === 'srflx' || path?.local === 'prflx';
  return fine(isMapped ? 'through-nat' : 'direct', roundTripMs);
}

/** Whether a STUN server answers; a TURN server is one, too. */
export async function testStun(
  probes: MediaProbes,
  { iceServers }: CheckOffer,
  signal: AbortSignal,
): Promise<CheckOutcome<'stun'>> {
  if (!hasScheme('stun:', iceServers) && !hasScheme('turn:', iceServers)) {
    return unavailable('not-configured');
  }
  const { reflexive, errors, milliseconds } = await probes.gather(iceServers, signal);
  if (reflexive) return fine('answered', milliseconds);
  // Without NAT the address the server sees is one the browser has already, and tells no second time.
  return errors === 0 ? fine('no-nat', milliseconds) : failed('no-answer');
}

/**
 * The relay, all the way to the media host and back. Stays pending when nothing comes back.
 * @param onAllocated called when the relay gave this page an address
 */
export async function testTurn(
  probes: MediaProbes,
  { iceServers }: CheckOffer,
  signal: AbortSignal,
  onAllocated: () => void,
): Promise<CheckOutcome<'turn'>> {
  if (!hasScheme('turn:', iceServers)) return unavailable('not-configured');
  const offer = await probes.open();
  const onCandidate = ({ type }: Pick<RTCIceCandidate, 'type'>): void => {
    if (type === 'relay') onAllocated();
  };
  const { roundTripMs } = await probes.echo(
    { offer, iceServers: offer.iceServers, icePolicy: 'relay', onCandidate },
    signal,
  );
  return fine('relayed', roundTripMs);
}
