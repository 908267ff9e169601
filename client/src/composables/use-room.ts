import { computed, inject, onScopeDispose, provide, shallowRef } from 'vue';
import type { ComputedRef, InjectionKey, ShallowRef } from 'vue';

import type { CursorShape, DesktopPoint, DesktopSize } from '../media/cursor.js';
import type { RoomSession } from '../session/room-session.js';
import type {
  RoomSessionEvents,
  SessionState,
  SoundState,
  ViewerStats,
} from '../session/session-state.js';

import { MemberPalette, initialsOf } from './member-colours.js';
import { useQuality, type Quality } from './use-quality.js';

/** A member as the pages show one. */
export interface Person {
  readonly memberId: string;
  readonly name: string;
  readonly initials: string;
  /** CSS colour, the same wherever this member appears in the page. */
  readonly colour: string;
  readonly connected: boolean;
  readonly isMe: boolean;
  readonly hasControl: boolean;
}

/** What the components of a room read of its session. */
export interface Room {
  readonly session: RoomSession;
  readonly roomId: string;
  readonly state: Readonly<ShallowRef<SessionState>>;
  readonly stats: Readonly<ShallowRef<ViewerStats | null>>;
  readonly sound: Readonly<ShallowRef<SoundState>>;
  /** Which rendition of the picture this member wants. */
  readonly quality: Quality;
  /** The desktop's pointer, which is not in the picture: its shape, and where it is. */
  readonly cursor: Readonly<ShallowRef<CursorShape | null>>;
  readonly pointer: Readonly<ShallowRef<DesktopPoint | null>>;
  /** In pixels; null before the first picture. */
  readonly desktopSize: Readonly<ShallowRef<DesktopSize | null>>;
  readonly people: ComputedRef<readonly Person[]>;
  /** Who has keyboard and mouse; null when nobody has. */
  readonly controller: ComputedRef<Person | null>;
  /** Someone has control, or the room is not known yet. */
  readonly isTaken: ComputedRef<boolean>;
  readonly hasControl: ComputedRef<boolean>;
  readonly isPlaying: ComputedRef<boolean>;
}

const roomKey: InjectionKey<Room> = Symbol('room');

/** Makes a session's state reactive for the component that calls it and all within. */
export function provideRoom(session: RoomSession): Room {
  const state = shallowRef(session.state);
  const snapshot = shallowRef(session.room);
  const memberId = shallowRef(session.memberId);
  const stats = shallowRef<ViewerStats | null>(null);
  const sound = shallowRef(session.sound);
  const cursor = shallowRef<CursorShape | null>(null);
  const pointer = shallowRef<DesktopPoint | null>(null);
  const desktopSize = shallowRef<DesktopSize | null>(null);
  follow(session, 'state', (next) => {
    state.value = next;
    memberId.value = session.memberId;
  });
  follow(session, 'room', (next) => {
    snapshot.value = next;
    memberId.value = session.memberId;
  });
  follow(session, 'stats', (next) => (stats.value = next));
  follow(session, 'sound', (next) => (sound.value = next));
  follow(session, 'cursor', (next) => (cursor.value = next));
  follow(session, 'pointer', (next) => (pointer.value = next));
  follow(session, 'desktopSize', (next) => (desktopSize.value = next));

  const palette = new MemberPalette();
  const people = computed(() => {
    const { members = [], controllerId = null } = snapshot.value ?? {};
    palette.assign(members.map((member) => member.memberId));
    return members.map((member): Person => ({
      ...member,
      initials: initialsOf(member.name),
      colour: palette.colourOf(member.memberId),
      isMe: member.memberId === memberId.value,
      hasControl: member.memberId === controllerId,
    }));
  });
  const controller = computed(() => people.value.find((person) => person.hasControl) ?? null);

  const room: Room = {
    session,
    roomId: session.roomId,
    state,
    stats,
    sound,
    quality: useQuality(session),
    cursor,
    pointer,
    desktopSize,
    people,
    controller,
    isTaken: computed(() => snapshot.value === null || snapshot.value.controllerId !== null),
    hasControl: computed(() => controller.value?.isMe ?? false),
    isPlaying: computed(() => state.value.name === 'playing'),
  };
  provide(roomKey, room);
  return room;
}

/** The room around this component. */
export function useRoom(): Room {
  const room = inject(roomKey);
  if (!room) throw new Error('useRoom() is called outside of a room');
  return room;
}

function follow<K extends keyof RoomSessionEvents>(
  session: RoomSession,
  event: K,
  listener: (value: RoomSessionEvents[K]) => void,
): void {
  session.events.on(event, listener);
  onScopeDispose(() => session.events.off(event, listener));
}
