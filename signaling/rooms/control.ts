import type { Clock } from '../clock.js';

/**
 * Who has keyboard and mouse of a room.
 * - `free`: nobody
 * - `held`: a member who is here
 * - `awaited`: a member whose connection dropped; theirs until the grace time is over
 */
export type ControlState =
  | { readonly name: 'free' }
  | { readonly name: 'held'; readonly memberId: string }
  | { readonly name: 'awaited'; readonly memberId: string; readonly giveUp: () => void };

export type ControlAnswer =
  { readonly granted: true } | { readonly granted: false; readonly holderId: string };

export interface ControlOptions {
  readonly clock: Clock;
  /** How long a dropped member keeps control, milliseconds. */
  readonly graceMs: number;
  /** Called after each change of who has control. */
  readonly onChange: (controllerId: string | null) => void;
}

/** Hands control of one desktop from member to member. */
export class Control {
  #state: ControlState = { name: 'free' };
  /** Nobody has had control since this was made. */
  #isUntouched = true;

  constructor(private readonly options: ControlOptions) {}

  get state(): ControlState {
    return this.#state;
  }

  /** The member who has control, here or awaited; or null. */
  get controllerId(): string | null {
    return this.#state.name === 'free' ? null : this.#state.memberId;
  }

  /** Takes control when it is free; a member who has it already keeps it. */
  request(memberId: string): ControlAnswer {
    const holderId = this.controllerId;
    if (holderId !== null && holderId !== memberId) return { granted: false, holderId };
    this.#enter({ name: 'held', memberId });
    return { granted: true };
  }

  /** Gives control back. @returns false when that member did not have it */
  release(memberId: string): boolean {
    if (this.controllerId !== memberId) return false;
    this.#enter({ name: 'free' });
    return true;
  }

  /** The member's connection dropped. */
  memberDropped(memberId: string): void {
    if (this.#state.name !== 'held' || this.#state.memberId !== memberId) return;
    const giveUp = this.options.clock.after(this.options.graceMs, () =>
      this.#enter({ name: 'free' }),
    );
    this.#enter({ name: 'awaited', memberId, giveUp });
  }

  /**
   * Awaits a member who had control in an earlier life of the service.
   * @returns false when somebody has had control since
   */
  restore(memberId: string): boolean {
    if (!this.#isUntouched) return false;
    this.#enter({ name: 'held', memberId });
    this.memberDropped(memberId);
    return true;
  }

  /** The member came back. */
  memberReturned(memberId: string): void {
    if (this.controllerId === memberId) this.#enter({ name: 'held', memberId });
  }

  /** Ends a pending grace time; idempotent. */
  close(): void {
    if (this.#state.name === 'awaited') this.#state.giveUp();
  }

  #enter(state: ControlState): void {
    const before = this.controllerId;
    this.#isUntouched = false;
    if (this.#state.name === 'awaited') this.#state.giveUp();
    this.#state = state;
    if (this.controllerId !== before) this.options.onChange(this.controllerId);
  }
}
