import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { Child } from '../child.js';

import type { LinkSettings } from './link-conditions.js';
import type { LinkCommand, LinkEvent, LinkReady, LinkStart, LinkState } from './link-messages.js';

/** A {@link LinkEmulator} in a process of its own. */
export class LinkProcess {
  readonly #child: Child;
  #portA = 0;
  #portB = 0;
  /* Answers come in the order of the commands: one is waited for at a time. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(child: Child) {
    this.#child = child;
  }

  static async start(start: LinkStart): Promise<LinkProcess> {
    const child = fork(join(import.meta.dirname, 'link-main.js'), [JSON.stringify(start)], {
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
      execArgv: [],
    });
    const link = new LinkProcess(new Child('link', child));
    const ready = (await link.#event()) as LinkReady;
    link.#portA = ready.portA;
    link.#portB = ready.portB;
    return link;
  }

  get portA(): number {
    return this.#portA;
  }

  get portB(): number {
    return this.#portB;
  }

  /** Changes the conditions. Resolves when they hold. @throws Error when they make no sense */
  change(settings: LinkSettings): Promise<LinkState> {
    return this.#command({ type: 'change', settings });
  }

  look(): Promise<LinkState> {
    return this.#command({ type: 'look' });
  }

  stop(): Promise<void> {
    return this.#child.stop();
  }

  #command(command: LinkCommand): Promise<LinkState> {
    const answer = this.#last.then(async () => {
      const event = this.#event();
      this.#child.process.send(command);
      return (await event) as LinkState;
    });
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async #event(): Promise<LinkEvent> {
    const [event] = (await Promise.race([
      once(this.#child.process, 'message'),
      this.#child.failure(),
    ])) as [LinkEvent];
    return event;
  }
}
