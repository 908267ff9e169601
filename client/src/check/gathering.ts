import type { IceServer } from '../../../signaling/protocol/transport.js';

/** What a peer connection without a peer found out about the network. */
export interface Gathered {
  /** A server told this page its address as the server sees it. */
  readonly reflexive: boolean;
  /** The servers that did not answer; the browser says so of some failures only. */
  readonly errors: number;
  readonly milliseconds: number;
}

/**
 * Gathers candidates (RFC 8445, section 5.1.1) until there is a server-reflexive one, or the browser
 * has found all it can. Stays pending while a server leaves the browser waiting.
 */
export function gatherReflexive(
  createPeer: (configuration: RTCConfiguration) => RTCPeerConnection,
  iceServers: readonly IceServer[],
  signal: AbortSignal,
): Promise<Gathered> {
  const startMs = performance.now();
  const peer = createPeer({ iceServers: iceServers.map((server) => ({ ...server })) });
  signal.addEventListener('abort', () => peer.close(), { once: true });
  let errors = 0;
  return new Promise((resolve, reject) => {
    const finish = (reflexive: boolean): void =>
      resolve({ reflexive, errors, milliseconds: performance.now() - startMs });
    peer.addEventListener('icecandidateerror', () => (errors += 1));
    peer.addEventListener('icecandidate', ({ candidate }) => {
      if (candidate?.type === 'srflx') finish(true);
      // The end of candidates: null, and in some browsers an empty line before it.
      else if (!candidate) finish(false);
    });
    peer.createDataChannel('check');
    peer.setLocalDescription().catch(reject);
  });
}
