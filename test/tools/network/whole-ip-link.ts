import { execFile, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

import { Child } from '../child.js';
import { Cleanup } from '../cleanup.js';
import { eventually } from '../eventually.js';

import type { LinkSettings } from './link-conditions.js';
import type { LinkState } from './link-messages.js';
import { LinkProcess } from './link-process.js';
import type { Namespace } from './namespace.js';
import { deviceName, freshAddresses } from './wire.js';

const execute = promisify(execFile);

/** Of the tunnel interfaces, bytes: every packet of the link with room for wrapping it. */
const mtuBytes = 1400;
/** Nobody listens there; a packet to it only makes the link known. */
const discardPort = 9;

/**
 * The only way between the machine's own network and a namespace: everything that is IP, TCP as well
 * as UDP, passes through a {@link LinkEmulator}. A tunnel interface at either end hands its packets
 * to `socat`, which sends each as one datagram. The end A is the machine, B the namespace.
 */
export class WholeIpLink {
  private constructor(
    /** The machine, as the namespace sees it. */
    readonly address: string,
    /** The namespace, as the machine sees it. */
    readonly farAddress: string,
    readonly link: LinkProcess,
    readonly cleanup: Cleanup,
  ) {}

  /** @param far a namespace that is connected to nothing else */
  static async connect(far: Namespace, settings: LinkSettings, seed = 1): Promise<WholeIpLink> {
    const [address, farAddress] = freshAddresses('public');
    const cleanup = new Cleanup();
    const link = cleanup.add(await LinkProcess.start({ settings, seed }), (one) => one.stop());
    try {
      const near = await openTunnel(link.portA, cleanup);
      await execute('ip', ['address', 'add', `${address}/30`, 'dev', near]);
      await execute('ip', ['link', 'set', near, 'mtu', String(mtuBytes), 'up']);
      // A tunnel's packets go on to the process that holds it, in whatever namespace its interface is.
      const distant = await openTunnel(link.portB, cleanup);
      await execute('ip', ['link', 'set', distant, 'netns', far.name]);
      await far.run('ip', 'address', 'add', `${farAddress}/30`, 'dev', distant);
      await far.run('ip', 'link', 'set', distant, 'mtu', String(mtuBytes), 'up');
      await far.run('ip', 'route', 'add', 'default', 'via', address);
      const made = new WholeIpLink(address, farAddress, link, cleanup);
      await made.#join(far);
      return made;
    } catch (error) {
      await cleanup.run();
      throw error;
    }
  }

  /** Changes the conditions for packets that come from now on. */
  change(settings: LinkSettings): Promise<LinkState> {
    return this.link.change(settings);
  }

  look(): Promise<LinkState> {
    return this.link.look();
  }

  close(): Promise<void> {
    return this.cleanup.run();
  }

  /** Sends a packet from either end until the link knows both. */
  async #join(far: Namespace): Promise<void> {
    const socket = createSocket('udp4');
    try {
      await eventually('way through the link', async () => {
        socket.send('', discardPort, this.farAddress);
        await far.run('bash', '-c', `echo >/dev/udp/${this.address}/${discardPort}`);
        return (await this.link.look()).isJoined;
      });
    } finally {
      socket.close();
    }
  }
}

/** Makes a tunnel interface whose packets go to a port of the link. @returns its name */
async function openTunnel(port: number, cleanup: Cleanup): Promise<string> {
  const device = deviceName();
  const socat = spawn(
    'socat',
    [`TUN,iff-no-pi,tun-name=${device}`, `UDP:127.0.0.1:${port},bind=127.0.0.1`],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const child = cleanup.add(new Child('socat', socat), (one) => one.stop());
  const isThere = (): boolean => existsSync(`/sys/class/net/${device}`);
  await Promise.race([eventually(`tunnel ${device}`, isThere), child.failure()]);
  // No addresses of link scope: their announcements would pass the link.
  await execute('sysctl', ['-qw', `net.ipv6.conf.${device}.disable_ipv6=1`]);
  return device;
}
