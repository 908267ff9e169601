import type { Namespace } from './namespace.js';
import { type Wire, connect, routeThrough } from './wire.js';

/**
 * What a router does to addresses (RFC 4787).
 *
 * - `none`: nothing
 * - `cone`: one outer port for an inner one whoever it talks to, as long as that port is free; only
 *   those it talked to may answer (endpoint-independent mapping, address and port-dependent filtering)
 * - `symmetric`: another, random outer port for every address and port it talks to
 */
export type NatKind = 'none' | 'cone' | 'symmetric';

const blockUdp = ['FORWARD', '-p', 'udp', '-j', 'DROP'];

/** A home's router: passes packets between a network inside and one outside, perhaps as a NAT. */
export class Router {
  private constructor(
    readonly namespace: Namespace,
    readonly outside: Wire,
    readonly kind: NatKind,
  ) {}

  /**
   * Makes a namespace into a router that is connected to `outer`.
   * @param namespace one that is connected to nothing yet
   */
  static async connect(namespace: Namespace, outer: Namespace, kind: NatKind): Promise<Router> {
    await namespace.run('sysctl', '-qw', 'net.ipv4.ip_forward=1');
    const outside = await connect(namespace, outer, 'public');
    await routeThrough(namespace, outside.b.address);
    const { device } = outside.a;
    if (kind !== 'none') {
      const masquerade = ['POSTROUTING', '-o', device, '-j', 'MASQUERADE'];
      const random = kind === 'symmetric' ? ['--random-fully'] : [];
      await namespace.run('iptables', '-t', 'nat', '-A', ...masquerade, ...random);
      // A packet from outside that came before the first from inside would, were it answered with
      // an error, occupy the outer port: the next from inside got another one.
      await namespace.run('iptables', '-A', 'INPUT', '-i', device, '-p', 'udp', '-j', 'DROP');
      const isNew = ['-m', 'conntrack', '--ctstate', 'NEW,INVALID'];
      await namespace.run('iptables', '-A', 'FORWARD', '-i', device, ...isNew, '-j', 'DROP');
    }
    return new Router(namespace, outside, kind);
  }

  /** Connects a namespace inside; everything it sends goes through this router. */
  async attach(inner: Namespace): Promise<Wire> {
    const wire = await connect(this.namespace, inner, 'private');
    await routeThrough(inner, wire.a.address);
    return wire;
  }

  /** Drops all UDP in silence, as the firewalls of some companies do. */
  async blockUdp(): Promise<void> {
    await this.namespace.run('iptables', '-I', ...blockUdp);
  }

  async unblockUdp(): Promise<void> {
    await this.namespace.run('iptables', '-D', ...blockUdp);
  }
}
