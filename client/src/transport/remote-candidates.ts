interface KeptCandidate {
  readonly owner: string;
  readonly candidate: string;
}

/** What a peer connection needs to take candidates. */
export type CandidateTaker = Pick<
  RTCPeerConnection,
  'remoteDescription' | 'addIceCandidate' | 'addEventListener'
>;

/** More than the media host of one viewer has networks; beyond it the oldest goes. */
const maxKept = 64;

/**
 * Late candidates of the media host (RFC 8838) on their way to the peer connection they are for. They
 * come as they are found, which may be before the answer that names their transport: those are kept.
 */
export class RemoteCandidates {
  /** For peer connections that are not there yet, oldest first. */
  #kept: KeptCandidate[] = [];
  readonly #takers = new Map<string, CandidateTaker>();

  /** @param owner id of the transport, or of the check, that the candidate is for */
  deliver(owner: string, candidate: string): void {
    const taker = this.#takers.get(owner);
    if (taker) add(taker, candidate);
    else this.#kept = [...this.#kept, { owner, candidate }].slice(-maxKept);
  }

  /**
   * Hands a peer connection its candidates, those that came before too.
   * @returns ends it
   */
  feed(owner: string, taker: CandidateTaker): () => void {
    this.#takers.set(owner, taker);
    const isOwn = (one: KeptCandidate): boolean => one.owner === owner;
    for (const { candidate } of this.#kept.filter(isOwn)) add(taker, candidate);
    this.#kept = this.#kept.filter((one) => !isOwn(one));
    return () => void this.#takers.delete(owner);
  }
}

/** A peer takes candidates once it has the other side's description; those that come before wait for it. */
function add(taker: CandidateTaker, candidate: string): void {
  if (taker.remoteDescription) {
    // A candidate that cannot be used any more is no loss: ICE goes on with the others.
    void taker.addIceCandidate({ candidate, sdpMLineIndex: 0 }).catch(() => undefined);
  } else {
    const retry = (): void => add(taker, candidate);
    taker.addEventListener('signalingstatechange', retry, { once: true });
  }
}
