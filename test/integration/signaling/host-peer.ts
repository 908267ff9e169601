import { createHostPass, createHostToken, hostPassHeader } from '../../../deploy/host-secret.js';
import { hostNamespace } from '../../../signaling/protocol/host-events.js';
import { fail, ok } from '../../../signaling/protocol/result.js';
import type { Result } from '../../../signaling/protocol/result.js';
import type { DesktopStatus } from '../../../signaling/protocol/room.js';
import type { HostViewerOffer, TransportOptions } from '../../../signaling/protocol/transport.js';

import { hostSecret } from './signaling-process.js';
import { SocketPeer } from './socket-peer.js';

type Answer = (payload: never) => Result<unknown> | null | Promise<Result<unknown>>;

export const transportOptions: TransportOptions = {
  id: 'transport-0001',
  iceParameters: { usernameFragment: 'abcd', password: 'a'.repeat(22) },
  iceCandidates: [],
  dtlsParameters: { role: 'auto', fingerprints: [] },
  sctpParameters: { port: 5000, OS: 1024, MIS: 1024, maxMessageSize: 262_144 },
};

const offerFor = (viewerId: string): HostViewerOffer => ({
  via: 'webrtc',
  viewerId,
  transport: transportOptions,
  consumers: [],
});

/** A media host without media: it registers, remembers what it is asked and answers as told. */
export class HostPeer extends SocketPeer {
  /** Answers by event; null leaves the request unanswered. What is not here succeeds. */
  readonly answers = new Map<string, Answer>([
    ['viewer:open', ({ viewerId }: { viewerId: string }) => ok(offerFor(viewerId))],
    ['transport:open', () => ok(transportOptions)],
    ['data:produce', () => ok({ dataProducerId: 'producer-0001' })],
  ]);

  /** @param token by default a fresh one that is right */
  static async connect(url: string, hostId = 'host-1', token?: string): Promise<HostPeer> {
    const auth = { token: token ?? (await createHostToken(hostSecret, hostId)) };
    const extraHeaders = { [hostPassHeader]: createHostPass(hostSecret) };
    const peer = new HostPeer(url + hostNamespace, { auth, extraHeaders });
    await peer.opened;
    return peer;
  }

  /** Connects, is given its rooms and says that their desktops run. */
  static async run(url: string, hostId?: string): Promise<HostPeer> {
    const peer = await HostPeer.connect(url, hostId);
    const { rooms } = await peer.next<{ rooms: { roomId: string }[] }>('rooms:assign');
    for (const { roomId } of rooms) peer.status(roomId, { state: 'running' });
    return peer;
  }

  protected override answer = (event: string, payload: unknown): unknown =>
    (this.answers.get(event) ?? accept)(payload as never);

  /** What it was asked, in order. */
  asked<T>(event: string): T[] {
    return this.received
      .filter((received) => received.event === event)
      .map(({ payload }) => payload as T);
  }

  status(roomId: string, desktop: DesktopStatus): void {
    this.socket.emit('room:status', { roomId, desktop });
  }
}

const accept: Answer = () => ok({});
export const unanswered: Answer = () => null;
export const refusal: Answer = () => fail('desktop-unavailable', 'The desktop is being restarted.');
