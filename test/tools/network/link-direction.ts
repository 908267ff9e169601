import type { Clock } from '../../../media-host/supervision/clock.js';

import { type LinkConditions, checkConditions } from './link-conditions.js';
import { PacketLoss } from './packet-loss.js';
import type { Random } from './random.js';

interface Waiting {
  readonly packet: Buffer;
  readonly arrivedAtMs: number;
}

interface Travelling {
  readonly packet: Buffer;
  readonly dueMs: number;
}

/** Most that is held altogether when neither rate nor queue bounds it; beyond it packets are dropped. */
const maxHeldBytes = 16 * 1024 * 1024;
/** Timers count whole milliseconds; what falls due meanwhile is delivered together. */
const timerStepMs = 1;

export interface DirectionCounters {
  readonly carried: number;
  readonly carriedBytes: number;
  readonly lost: number;
  readonly queueDrops: number;
}

/**
 * One direction of a link. A packet waits until those before it have left, occupies the link for
 * size / rate, is lost or not, and travels for the delay. A packet that is lost has used the link.
 * Times are computed, not measured: a timer that comes late delivers late, but shifts nothing.
 */
export class LinkDirection {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #loss: PacketLoss;
  readonly #deliver: (packet: Buffer) => void;
  #conditions: LinkConditions;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #travelling: Travelling[] = [];
  #travellingBytes = 0;
  #busyUntilMs = 0;
  #cancelTimer: (() => void) | null = null;
  #timerDueMs = Infinity;
  #carried = 0;
  #carriedBytes = 0;
  #lost = 0;
  #queueDrops = 0;

  constructor(
    conditions: LinkConditions,
    random: Random,
    clock: Clock,
    deliver: (packet: Buffer) => void,
  ) {
    checkConditions(conditions);
    this.#conditions = conditions;
    this.#random = random;
    this.#loss = new PacketLoss(random);
    this.#clock = clock;
    this.#deliver = deliver;
  }

  get counters(): DirectionCounters {
    return {
      carried: this.#carried,
      carriedBytes: this.#carriedBytes,
      lost: this.#lost,
      queueDrops: this.#queueDrops,
    };
  }

  /** Changes the conditions; packets that travel already arrive as they would have. */
  change(conditions: LinkConditions): void {
    checkConditions(conditions);
    this.#advance();
    this.#conditions = conditions;
    // The packet that occupies the link starts anew, at the new rate.
    this.#busyUntilMs = Math.max(this.#busyUntilMs, this.#clock.now());
    this.#advance();
  }

  send(packet: Buffer): void {
    const nowMs = this.#clock.now();
    this.#advance();
    const held = this.#waitingBytes + this.#travellingBytes + packet.length;
    if (held > maxHeldBytes || this.#waitingBytes + packet.length > this.#queueBytes()) {
      this.#queueDrops += 1;
      return;
    }
    this.#waiting.push({ packet, arrivedAtMs: nowMs });
    this.#waitingBytes += packet.length;
    this.#advance();
  }

  /** Drops everything that is under way. */
  close(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#timerDueMs = Infinity;
    this.#waiting = [];
    this.#travelling = [];
    this.#waitingBytes = this.#travellingBytes = 0;
  }

  #queueBytes(): number {
    const { queue, rateKbps } = this.#conditions;
    if (rateKbps === null) return Infinity;
    return 'bytes' in queue ? queue.bytes : (queue.ms * rateKbps) / 8;
  }

  /** Does all that is due by now, and sets the timer for what comes next. */
  #advance(): void {
    const nowMs = this.#clock.now();
    let leavesAtMs = this.#nextDepartureMs();
    while (leavesAtMs <= nowMs) {
      this.#depart(leavesAtMs);
      leavesAtMs = this.#nextDepartureMs();
    }
    for (let next = this.#travelling[0]; next && next.dueMs <= nowMs; next = this.#travelling[0]) {
      this.#travelling.shift();
      this.#travellingBytes -= next.packet.length;
      this.#carried += 1;
      this.#carriedBytes += next.packet.length;
      this.#deliver(next.packet);
    }
    this.#setTimer(Math.min(leavesAtMs, this.#travelling[0]?.dueMs ?? Infinity), nowMs);
  }

  #nextDepartureMs(): number {
    const head = this.#waiting[0];
    if (!head) return Infinity;
    const { rateKbps } = this.#conditions;
    const startsAtMs = Math.max(this.#busyUntilMs, head.arrivedAtMs);
    return startsAtMs + (rateKbps === null ? 0 : (head.packet.length * 8) / rateKbps);
  }

  #depart(atMs: number): void {
    const head = this.#waiting.shift();
    if (!head) return;
    this.#waitingBytes -= head.packet.length;
    this.#busyUntilMs = atMs;
    if (this.#loss.next(this.#conditions)) {
      this.#lost += 1;
      return;
    }
    const { delayMs, jitterMs } = this.#conditions;
    const variation = jitterMs === 0 ? 0 : (2 * this.#random() - 1) * jitterMs;
    const dueMs = atMs + Math.max(0, delayMs + variation);
    // Nobody overtakes: networks keep the packets of one flow in order nearly always.
    const afterLastMs = this.#travelling.at(-1)?.dueMs ?? 0;
    this.#travelling.push({ packet: head.packet, dueMs: Math.max(dueMs, afterLastMs) });
    this.#travellingBytes += head.packet.length;
  }

  #setTimer(dueMs: number, nowMs: number): void {
    if (dueMs === this.#timerDueMs) return;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#timerDueMs = dueMs;
    if (dueMs === Infinity) return;
    const delayMs = Math.max(timerStepMs, Math.ceil(dueMs - nowMs));
    this.#cancelTimer = this.#clock.schedule(delayMs, () => {
      this.#cancelTimer = null;
      this.#timerDueMs = Infinity;
      this.#advance();
    });
  }
}
