import type { IceCandidate, RemoteParameters } from '../../../signaling/protocol/transport.js';

/*
 * The little of SDP (RFC 8866) a data-channel-only peer needs. libdatachannel speaks SDP, the page
 * speaks mediasoup's parameters, and the two meet here.
 */

const sctpPort = 5000;

/** The value of the first `a=NAME:` line. @throws Error when there is none */
export function attributeOf(sdp: string, name: string): string {
  const value = new RegExp(`^a=${name}:(.*)$`, 'm').exec(sdp)?.[1];
  if (value === undefined) throw new Error(`session description without ${name}`);
  return value.trim();
}

/** A candidate as it is signalled (RFC 8839, section 5.1): libdatachannel gives the line of a description. */
export const withoutAttributeName = (line: string): string => line.replace(/^a=/, '');

/** @returns the candidate, or null when the line is none this project uses */
export function parseCandidate(line: string): IceCandidate | null {
  const fields = withoutAttributeName(line)
    .replace(/^candidate:/, '')
    .trim()
    .split(/\s+/);
  const [foundation, , transport, priority, address, port, , type] = fields;
  const protocol = transport?.toLowerCase();
  if (protocol !== 'udp' && protocol !== 'tcp') return null;
  if (type !== 'host' && type !== 'srflx' && type !== 'prflx' && type !== 'relay') return null;
  if (!foundation || !address) return null;
  const tcpType = fields[fields.indexOf('tcptype') + 1];
  return {
    foundation,
    protocol,
    priority: Number(priority),
    ip: address,
    address,
    port: Number(port),
    type,
    ...(protocol === 'tcp' && (tcpType === 'passive' || tcpType === 'active' || tcpType === 'so')
      ? { tcpType }
      : {}),
  };
}

/** Every candidate a description carries. */
export function candidatesOf(sdp: string): IceCandidate[] {
  return sdp
    .split(/\r?\n/)
    .filter((line) => line.startsWith('a=candidate:'))
    .map(parseCandidate)
    .filter((candidate) => candidate !== null);
}

/**
 * The answer the browser would have given to a libdatachannel offer with one `m=application` section.
 * It carries what the browser signalled: ICE credentials, DTLS fingerprint and role.
 */
export function synthesiseAnswer(offer: string, remote: RemoteParameters): string {
  const mid = attributeOf(offer, 'mid');
  const fingerprint = remote.fingerprints.at(-1);
  if (!fingerprint) throw new Error('remote parameters without fingerprint');
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    `a=group:BUNDLE ${mid}`,
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    `a=mid:${mid}`,
    `a=ice-ufrag:${remote.iceParameters.usernameFragment}`,
    `a=ice-pwd:${remote.iceParameters.password}`,
    `a=fingerprint:${fingerprint.algorithm} ${fingerprint.value}`,
    `a=setup:${remote.role === 'server' ? 'passive' : 'active'}`,
    `a=sctp-port:${sctpPort}`,
    `a=max-message-size:${remote.maxMessageSize}`,
    '',
  ].join('\r\n');
}
