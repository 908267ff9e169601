import { EventEmitter } from 'node:events';

import type { Clock } from '../clock.js';
import { RequestError } from '../protocol/result.js';
import type { DesktopStatus, RoomSnapshot } from '../protocol/room.js';

import { Control } from './control.js';
import { RemovedMembers } from './removed-members.js';
import { RoomMembers } from './room-members.js';
import type { MemberIdentity, MemberLink } from './room-members.js';

export interface RoomOptions {
  readonly clock: Clock;
  readonly memberGraceMs: number;
  readonly controlGraceMs: number;
  /** Members the room takes. */
  readonly capacity: number;
}

export type RoomEvents = {
  /** Something that the snapshot shows has changed. */
  change: [];
  /** Somebody else, or nobody, may send input now. */
  controller: [controllerId: string | null];
};

/** What a room says of its desktop while no media host runs it. */
export const desktopWithoutHost: DesktopStatus = {
  state: 'stopped',
  detail: 'The media host of this room is not connected. The desktop comes back by itself.',
};

/** The live state of one room: who is in it, who has control, how its desktop is. */
export class Room {
  readonly events = new EventEmitter<RoomEvents>();
  readonly #clock: Clock;
  readonly #members: RoomMembers;
  readonly #removed = new RemovedMembers();
  readonly #control: Control;
  #desktop = desktopWithoutHost;

  constructor(
    readonly roomId: string,
    { clock, memberGraceMs, controlGraceMs, capacity }: RoomOptions,
  ) {
    const changed = (): void => {
      this.events.emit('change');
    };
    this.#clock = clock;
    this.#control = new Control({
      clock,
      graceMs: controlGraceMs,
      onChange: (controllerId) => {
        this.events.emit('controller', controllerId);
        changed();
      },
    });
    this.#members = new RoomMembers({
      clock,
      graceMs: memberGraceMs,
      capacity,
      onChange: changed,
      onExpired: (memberId) => this.#control.release(memberId),
    });
  }

  get controllerId(): string | null {
    return this.#control.controllerId;
  }

  get desktop(): DesktopStatus {
    return this.#desktop;
  }

  snapshot(): RoomSnapshot {
    return {
      roomId: this.roomId,
      members: this.#members.list(),
      controllerId: this.controllerId,
      desktop: this.#desktop,
    };
  }

  setDesktop(desktop: DesktopStatus): void {
    this.#desktop = desktop;
    this.events.emit('change');
  }

  /**
   * Lets a member in, or back in with the name and the control they had.
   * @returns the connection that this one replaces, or null
   * @throws RequestError `room-full`
   */
  enter(identity: MemberIdentity, link: MemberLink): MemberLink | null {
    const replaced = this.#members.connect(identity, link);
    this.#control.memberReturned(identity.memberId);
    return replaced;
  }

  /** A connection is gone; its member may come back. Does nothing for a replaced connection. */
  drop(memberId: string, link: MemberLink): void {
    if (this.#members.drop(memberId, link)) this.#control.memberDropped(memberId);
  }

  /** Ends a membership for good: its tokens no longer count. */
  remove(memberId: string): void {
    this.#removed.add(memberId, this.#clock.nowMs());
    this.#members.remove(memberId);
    this.#control.release(memberId);
  }

  /** Whether a token that was issued to this member at that time is void. */
  hasRemoved(memberId: string, issuedAtMs: number): boolean {
    return this.#removed.isVoid(memberId, issuedAtMs);
  }

  /** @throws RequestError `control-taken`, with the name of who has it */
  requestControl(memberId: string): void {
    const answer = this.#control.request(memberId);
    if (answer.granted) return;
    const holder = this.#members.nameOf(answer.holderId) ?? 'Somebody else';
    throw new RequestError('control-taken', `${holder} has control.`);
  }

  /**
   * Gives control back to who had it before the service was restarted, if nobody took it since: at
   * once to a member who is back, else for the grace time.
   */
  restoreControl(memberId: string): void {
    if (this.#control.restore(memberId) && this.#members.isConnected(memberId)) {
      this.#control.memberReturned(memberId);
    }
  }

  /** @throws RequestError `control-not-held` */
  releaseControl(memberId: string): void {
    if (this.#control.release(memberId)) return;
    throw new RequestError('control-not-held', 'You do not have control.');
  }

  /** Ends everything pending; idempotent. */
  close(): void {
    this.#control.close();
    this.#members.close();
    this.events.removeAllListeners();
  }
}
