export type CandidateType = 'host' | 'srflx' | 'prflx' | 'relay';

/** The two ends of the way packets take (W3C webrtc-stats, RTCIceCandidatePairStats). */
export interface SelectedPath {
  readonly local: CandidateType;
  readonly remote: CandidateType;
}

/** The path a peer connection uses, or null while it has none. */
export async function selectedPath(peer: RTCPeerConnection): Promise<SelectedPath | null> {
  const entries = [...(await peer.getStats()).values()] as RTCStats[];
  const pairs = entries.filter(
    (entry) => entry.type === 'candidate-pair',
  ) as (RTCIceCandidatePairStats & {
    selected?: boolean;
  })[];
  const pair = pairs.find(
    (entry) => entry.selected ?? (entry.nominated && entry.state === 'succeeded'),
  );
  const typeOf = (id: string | undefined): CandidateType | undefined =>
    (entries.find((entry) => entry.id === id) as { candidateType?: CandidateType } | undefined)
      ?.candidateType;
  const local = typeOf(pair?.localCandidateId);
  const remote = typeOf(pair?.remoteCandidateId);
  return local && remote ? { local, remote } : null;
}
