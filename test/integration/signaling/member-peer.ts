import type { ManagerOptions, SocketOptions } from 'socket.io-client';

import { memberNamespace } from '../../../signaling/protocol/member-events.js';
import type { Welcome } from '../../../signaling/protocol/member-events.js';
import { unwrap } from '../../../signaling/protocol/result.js';
import type { RoomSnapshot } from '../../../signaling/protocol/room.js';

import { passcode } from './signaling-process.js';
import { SocketPeer } from './socket-peer.js';

/** A page, without a browser. */
export class MemberPeer extends SocketPeer {
  static async connect(
    url: string,
    options: Partial<ManagerOptions & SocketOptions> = {},
  ): Promise<MemberPeer> {
    const peer = new MemberPeer(url + memberNamespace, options);
    await peer.opened;
    return peer;
  }

  /** Connects and joins `lobby` with the right passcode. */
  static async join(url: string, name: string): Promise<{ peer: MemberPeer; welcome: Welcome }> {
    const peer = await MemberPeer.connect(url);
    const welcome = unwrap(await peer.ask('join', { roomId: 'lobby', name, passcode }));
    return { peer, welcome };
  }

  /** The first update of the room that fits. */
  room(fits: (room: RoomSnapshot) => boolean): Promise<RoomSnapshot> {
    return this.next('room:update', fits);
  }
}
