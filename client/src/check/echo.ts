import { echoStreams } from '../../../signaling/protocol/check.js';
import type { CheckOffer } from '../../../signaling/protocol/check.js';
import { unwrap } from '../../../signaling/protocol/result.js';
import { remoteParametersSchema } from '../../../signaling/protocol/transport.js';
import type { IcePolicy, IceServer } from '../../../signaling/protocol/transport.js';
import type { SignalingClient } from '../session/signaling-client.js';
import type { TransportMaker } from '../transport/media-device.js';
import { selectedPath } from '../transport/selected-path.js';
import type { SelectedPath } from '../transport/selected-path.js';

const probeCount = 5;
const probeIntervalMs = 60;

export interface EchoParts {
  readonly device: TransportMaker;
  readonly signaling: Pick<SignalingClient, 'request' | 'remoteCandidates'>;
}

export interface EchoOptions {
  readonly offer: CheckOffer;
  readonly iceServers: readonly IceServer[];
  readonly icePolicy: IcePolicy;
  /** Told of each candidate of this page. */
  readonly onCandidate?: (candidate: Pick<RTCIceCandidate, 'type'>) => void;
}

export interface Echo {
  /** The shortest of a few round trips, milliseconds. */
  readonly roundTripMs: number;
  readonly path: SelectedPath | null;
}

/**
 * Connects to the media host's side of a check as a viewer would, and measures how long a message
 * and its echo take. Stays pending while nothing gets through; `signal` ends it.
 * @throws Error when the media host refuses
 */
export async function measureEcho(
  { device, signaling }: EchoParts,
  { offer, iceServers, icePolicy, onCandidate }: EchoOptions,
  signal: AbortSignal,
): Promise<Echo> {
  const { checkId } = offer;
  const { transport, peer } = device.createTransport('recv', {
    ...offer.transport,
    iceServers: iceServers.map((server) => ({ ...server })),
    iceTransportPolicy: icePolicy,
  });
  signal.addEventListener('abort', () => transport.close(), { once: true });
  peer.addEventListener('icecandidate', ({ candidate }) => {
    if (!candidate?.candidate) return;
    onCandidate?.(candidate);
    void signaling.request('check:candidate', { checkId, candidate: candidate.candidate });
  });
  const endFeed = signaling.remoteCandidates.feed(checkId, peer);
  signal.addEventListener('abort', endFeed, { once: true });
  transport.on('connect', ({ dtlsParameters }, resolve, reject) => {
    const remote = remoteParametersSchema.safeParse(dtlsParameters);
    if (!remote.success) reject(remote.error);
    else {
      signaling
        .request('check:connect', { checkId, remote: remote.data })
        .then(unwrap)
        .then(() => resolve())
        .catch(reject);
    }
  });
  const echo = await transport.consumeData({
    id: 'echo',
    dataProducerId: 'echo',
    label: 'echo',
    sctpStreamParameters: echoStreams.echo,
  });
  // What mediasoup-client consumes cannot send: the way there is a channel of the same connection.
  const { streamId, ordered } = echoStreams.probe;
  const probe = peer.createDataChannel('probe', { negotiated: true, id: streamId, ordered });
  const roundTripMs = await shortestRoundTrip(probe, echo, signal);
  return { roundTripMs, path: await selectedPath(peer) };
}

/** What comes back, as mediasoup-client's DataConsumer tells of it. */
interface EchoSource {
  on(event: 'message', listener: (data: unknown) => void): unknown;
}

/** Sends a few probes once the channel is open. */
export function shortestRoundTrip(
  probe: RTCDataChannel,
  echo: EchoSource,
  signal: AbortSignal,
): Promise<number> {
  const sentMs: number[] = [];
  const roundTripsMs: number[] = [];
  let timer: ReturnType<typeof setInterval> | undefined;
  const stop = (): void => clearInterval(timer);
  signal.addEventListener('abort', stop, { once: true });
  return new Promise((resolve) => {
    const send = (): void => {
      if (sentMs.length === probeCount || probe.readyState !== 'open') return;
      probe.send(String(sentMs.push(performance.now()) - 1));
    };
    echo.on('message', (data) => {
      const sent = sentMs[Number(data)];
      if (sent === undefined) return;
      roundTripsMs.push(performance.now() - sent);
      if (roundTripsMs.length < probeCount) return;
      stop();
      resolve(Math.min(...roundTripsMs));
    });
    const start = (): void => {
      if (signal.aborted) return;
      send();
      timer = setInterval(send, probeIntervalMs);
    };
    if (probe.readyState === 'open') start();
    else probe.addEventListener('open', start, { once: true });
  });
}
