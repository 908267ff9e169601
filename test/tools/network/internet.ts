import { Cleanup } from '../cleanup.js';

import { Namespace } from './namespace.js';
import { type NatKind, Router } from './router.js';
import { type Wire, deviceName, freshAddresses, raise } from './wire.js';

/** Somebody's computer on an {@link Internet}, behind a router. */
export class Home {
  #wire: Wire;

  constructor(
    readonly namespace: Namespace,
    readonly router: Router,
    wire: Wire,
  ) {
    this.#wire = wire;
  }

  /** Its address, as it knows it itself. */
  get address(): string {
    return this.#wire.b.address;
  }

  /** Gives the computer another address in another network of its router's; the one it had is gone. */
  async move(): Promise<void> {
    const before = this.#wire;
    this.#wire = await this.router.attach(this.namespace);
    await this.namespace.run('ip', 'link', 'delete', before.b.device);
  }
}

/**
 * A small internet: a server with a public address that passes packets on between the homes
 * connected to it. Nothing of it reaches the machine's own network.
 */
export class Internet {
  readonly #cleanup = new Cleanup();

  private constructor(
    /** Where servers run. */
    readonly namespace: Namespace,
    /** At which everybody reaches them. */
    readonly address: string,
  ) {
    this.#cleanup.add(namespace, (one) => one.close());
  }

  static async create(): Promise<Internet> {
    const internet = new Internet(await Namespace.create(), freshAddresses('public')[0]);
    try {
      const { namespace, address } = internet;
      await namespace.run('sysctl', '-qw', 'net.ipv4.ip_forward=1');
      // Programs that look for addresses pass over those of the loopback interface: it is one end of
      // a wire to nowhere.
      const [device, peer] = [deviceName(), deviceName()];
      await namespace.run('ip', 'link', 'add', device, 'type', 'veth', 'peer', 'name', peer);
      await namespace.run('ip', 'link', 'set', peer, 'up');
      await raise(namespace, device, address);
      return internet;
    } catch (error) {
      await internet.close();
      throw error;
    }
  }

  /** Connects a computer behind a router of a kind. */
  async connectHome(kind: NatKind): Promise<Home> {
    const router = await Router.connect(await this.#addNamespace(), this.namespace, kind);
    const inner = await this.#addNamespace();
    const wire = await router.attach(inner);
    if (kind === 'none') {
      await this.namespace.run(
        'ip',
        'route',
        'add',
        wire.b.address,
        'via',
        router.outside.a.address,
      );
    }
    return new Home(inner, router, wire);
  }

  close(): Promise<void> {
    return this.#cleanup.run();
  }

  async #addNamespace(): Promise<Namespace> {
    return this.#cleanup.add(await Namespace.create(), (one) => one.close());
  }
}
