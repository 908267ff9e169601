import { createHash, createHmac, randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv4 } from 'node:net';

/*
 * As much of STUN (RFC 8489) and TURN (RFC 8656) over UDP as it takes to ask a server for what it
 * must refuse.
 */

const magicCookie = Buffer.from('2112a442', 'hex');
const headerSize = 20;
const integritySize = 24;
const retransmitMs = 250;
const attempts = 12;

export const methods = {
  binding: 0x001,
  allocate: 0x003,
  refresh: 0x004,
  createPermission: 0x008,
  channelBind: 0x009,
  /** RFC 6062. */
  connect: 0x00a,
} as const;
export type Method = keyof typeof methods;

const attributeTypes = {
  username: 0x0006,
  messageIntegrity: 0x0008,
  errorCode: 0x0009,
  channelNumber: 0x000c,
  lifetime: 0x000d,
  xorPeerAddress: 0x0012,
  realm: 0x0014,
  nonce: 0x0015,
  requestedAddressFamily: 0x0017,
  requestedTransport: 0x0019,
  software: 0x8022,
} as const;
export type AttributeName = keyof typeof attributeTypes;
export type Attributes = readonly (readonly [AttributeName, Buffer])[];

export interface TurnAnswer {
  /** 0 when the request was granted; RFC 8489, section 14.8. */
  readonly errorCode: number;
  /** Values by type. */
  readonly attributes: ReadonlyMap<number, Buffer>;
}

export interface TurnUser {
  readonly username: string;
  readonly credential: string;
}

/** Protocol numbers of REQUESTED-TRANSPORT: 17 is UDP, 6 is TCP. */
export const requestedTransport = (protocol: 6 | 17): Attributes => [
  ['requestedTransport', Buffer.from([protocol, 0, 0, 0])],
];
/** 1 is IPv4, 2 is IPv6. */
export const requestedFamily = (family: 1 | 2): Attributes => [
  ['requestedAddressFamily', Buffer.from([family, 0, 0, 0])],
];

/** One client of a TURN server, from a socket of its own. */
export class TurnClient {
  #realm = '';
  #nonce: Buffer = Buffer.alloc(0);

  private constructor(
    private readonly socket: Socket,
    private readonly user: TurnUser,
  ) {}

  /** @param from local address; by default the system's choice */
  static async open(
    server: { readonly address: string; readonly port: number },
    user: TurnUser,
    from?: string,
  ): Promise<TurnClient> {
    const socket = createSocket('udp4');
    socket.bind(0, from);
    await once(socket, 'listening');
    socket.connect(server.port, server.address);
    await once(socket, 'connect');
    return new TurnClient(socket, user);
  }

  /** The server's answer to a request without credentials. */
  ask(method: Method, attributes: Attributes = []): Promise<TurnAnswer> {
    return this.#exchange(method, attributes);
  }

  /** Asks with credentials, once more when the server wants another nonce. */
  async request(method: Method, attributes: Attributes = []): Promise<TurnAnswer> {
    if (this.#realm === '') this.#learn(await this.#exchange(method, attributes));
    const answer = await this.#exchange(method, attributes, this.user);
    if (answer.errorCode !== 438) return answer;
    this.#learn(answer);
    return this.#exchange(method, attributes, this.user);
  }

  allocate(extra: Attributes = []): Promise<TurnAnswer> {
    return this.request('allocate', [...requestedTransport(17), ...extra]);
  }

  /** Asks for a permission, which is what a server checks a peer's address by. */
  permit(address: string): Promise<TurnAnswer> {
    return this.request('createPermission', [['xorPeerAddress', peer(address, 9)]]);
  }

  bindChannel(address: string, port: number): Promise<TurnAnswer> {
    return this.request('channelBind', [
      ['channelNumber', Buffer.from([0x40, 0, 0, 0])],
      ['xorPeerAddress', peer(address, port)],
    ]);
  }

  /** Asks for a TCP connection to a peer (RFC 6062). */
  connectTcp(address: string, port: number): Promise<TurnAnswer> {
    return this.request('connect', [['xorPeerAddress', peer(address, port)]]);
  }

  /** Sends data to the peer of the channel, and resolves with the first that comes back from it. */
  async echo(data: Buffer): Promise<Buffer> {
    const frame = Buffer.alloc(4 + data.length);
    frame.writeUInt16BE(0x4000, 0);
    frame.writeUInt16BE(data.length, 2);
    data.copy(frame, 4);
    this.socket.send(frame);
    for (;;) {
      const [received] = (await once(this.socket, 'message')) as [Buffer];
      if (received.readUInt16BE(0) === 0x4000) return received.subarray(4, 4 + data.length);
    }
  }

  /** Sends requests that the server refuses, without waiting for its answers. */
  flood(count: number): void {
    for (let sent = 0; sent < count; sent += 1) {
      this.socket.send(encode('allocate', requestedTransport(17), randomBytes(12)));
    }
  }

  /** Gives up the allocation, if there is one, and closes the socket. */
  async release(): Promise<void> {
    if (this.#realm !== '') await this.request('refresh', [['lifetime', Buffer.alloc(4)]]);
    this.socket.close();
  }

  #learn({ attributes }: TurnAnswer): void {
    this.#realm = attributes.get(attributeTypes.realm)?.toString() ?? this.#realm;
    this.#nonce = attributes.get(attributeTypes.nonce) ?? this.#nonce;
  }

  async #exchange(method: Method, attributes: Attributes, user?: TurnUser): Promise<TurnAnswer> {
    const transactionId = randomBytes(12);
    const message = user
      ? this.#sign(method, attributes, transactionId, user)
      : encode(method, attributes, transactionId);
    const send = (): void => this.socket.send(message);
    send();
    const timer = setInterval(send, retransmitMs);
    const signal = AbortSignal.timeout(retransmitMs * attempts);
    try {
      for (;;) {
        const [received] = (await once(this.socket, 'message', { signal })) as [Buffer];
        if (received.subarray(8, headerSize).equals(transactionId)) return decode(received);
      }
    } finally {
      clearInterval(timer);
    }
  }

  /** Long-term credentials: RFC 8489, section 9.2. */
  #sign(method: Method, attributes: Attributes, id: Buffer, user: TurnUser): Buffer {
    const message = encode(
      method,
      [
        ...attributes,
        ['username', Buffer.from(user.username)],
        ['realm', Buffer.from(this.#realm)],
        ['nonce', this.#nonce],
      ],
      id,
      integritySize,
    );
    const key = createHash('md5')
      .update(`${user.username}:${this.#realm}:${user.credential}`)
      .digest();
    const integrity = createHmac('sha1', key).update(message).digest();
    return Buffer.concat([message, attribute('messageIntegrity', integrity)]);
  }
}

/** XOR-PEER-ADDRESS of an IPv4 address, of an IPv6 one in eight groups, or of `::ffff:a.b.c.d`. */
function peer(address: string, port: number): Buffer {
  const bytes = isIPv4(address) ? ipv4(address) : ipv6(address);
  const mask = Buffer.concat([magicCookie, Buffer.alloc(12)]);
  const head = Buffer.from([0, bytes.length === 4 ? 1 : 2, 0, 0]);
  head.writeUInt16BE(port ^ magicCookie.readUInt16BE(0), 2);
  return Buffer.concat([head, Buffer.from(bytes.map((byte, index) => byte ^ (mask[index] ?? 0)))]);
}

const ipv4 = (address: string): Buffer => Buffer.from(address.split('.').map(Number));

function ipv6(address: string): Buffer {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1];
  if (mapped) return Buffer.concat([Buffer.alloc(10), Buffer.from([255, 255]), ipv4(mapped)]);
  const [head = '', tail = ''] = address.split('::');
  const groups = (text: string): string[] => text.split(':').filter(Boolean);
  const zeros = Array<string>(8 - groups(head).length - groups(tail).length).fill('0');
  const all = [...groups(head), ...zeros, ...groups(tail)];
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex');
}

function attribute(name: AttributeName, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(attributeTypes[name], 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
}

function encode(method: Method, attributes: Attributes, id: Buffer, following = 0): Buffer {
  const body = Buffer.concat(attributes.map(([name, value]) => attribute(name, value)));
  const head = Buffer.alloc(4);
  head.writeUInt16BE(methods[method], 0);
  head.writeUInt16BE(body.length + following, 2);
  return Buffer.concat([head, magicCookie, id, body]);
}

function decode(message: Buffer): TurnAnswer {
  const attributes = new Map<number, Buffer>();
  for (let at = headerSize; at + 4 <= message.length;) {
    const size = message.readUInt16BE(at + 2);
    attributes.set(message.readUInt16BE(at), message.subarray(at + 4, at + 4 + size));
    at += 4 + Math.ceil(size / 4) * 4;
  }
  const code = attributes.get(attributeTypes.errorCode);
  const errorCode = code ? (code[2] ?? 0) * 100 + (code[3] ?? 0) : 0;
  return { errorCode, attributes };
}
