import type { z } from 'zod';

import { hostIdSchema, passcodeSchema, roomIdSchema } from '../signaling/protocol/identifiers.js';

import {
  integer,
  ipAddressSchema,
  ipv4ListSchema,
  ipv4Schema,
  listenAddressSchema,
  matching,
  oneOf,
  originListSchema,
  originSchema,
  portRangeSchema,
  sizeSchema,
  stunUriListSchema,
  text,
  turnUriListSchema,
  unprivilegedPortSchema,
} from './setting-schemas.js';

/** Which process reads a setting; `start` is what `npm start` runs. */
export type Process = 'start' | 'signaling' | 'media-host';

export interface SettingDefinition<T, Fallback extends string | null> {
  /** The environment variable. */
  readonly name: `SHARE_SPACE_${string}`;
  readonly schema: z.ZodType<T, string>;
  /** The text taken when the variable is unset or empty; null when there is no such text. */
  readonly fallback: Fallback;
  /** What the table of settings gives as default where `fallback` would not tell. */
  readonly defaultText?: string;
  /** One sentence. */
  readonly description: string;
  readonly usedBy: readonly Process[];
  /** Never repeated in an error. */
  readonly secret?: true;
}

const define = <T, Fallback extends string | null>(
  definition: SettingDefinition<T, Fallback>,
): SettingDefinition<T, Fallback> => definition;

const passcode = matching(passcodeSchema, '1 to 128 characters long');

/** Every setting of Share Space, in the order in which the README lists them. */
export const settingDefinitions = {
  host: define({
    name: 'SHARE_SPACE_HOST',
    schema: listenAddressSchema,
    fallback: '0.0.0.0',
    description: 'Address the signaling service listens on.',
    usedBy: ['start', 'signaling', 'media-host'],
  }),
  port: define({
    name: 'SHARE_SPACE_PORT',
    schema: integer(0, 65_535),
    fallback: '8080',
    description: 'TCP port of pages, signaling and the operator; 0 takes any free one.',
    usedBy: ['start', 'signaling', 'media-host'],
  }),
  publicUrl: define({
    name: 'SHARE_SPACE_PUBLIC_URL',
    schema: originSchema,
    fallback: null,
    defaultText: 'made from host and port',
    description: 'Address people open, when a proxy or a name stands before the service.',
    usedBy: ['signaling'],
  }),
  dataDir: define({
    name: 'SHARE_SPACE_DATA_DIR',
    schema: text(1, 4096),
    fallback: './data',
    description: 'Folder of everything that is kept: rooms, keys and the homes of desktops.',
    usedBy: ['start', 'signaling', 'media-host'],
  }),
  operatorPassword: define({
    name: 'SHARE_SPACE_OPERATOR_PASSWORD',
    schema: passcode,
    fallback: null,
    defaultText: 'generated at first start',
    description: 'Password of the operator dashboard; replaces the one kept.',
    usedBy: ['signaling'],
    secret: true,
  }),
  room: define({
    name: 'SHARE_SPACE_ROOM',
    schema: matching(roomIdSchema, '1 to 40 lower case letters, digits and inner hyphens'),
    fallback: 'lobby',
    description: 'Address of the room that is made when it does not exist yet.',
    usedBy: ['signaling'],
  }),
  roomPasscode: define({
    name: 'SHARE_SPACE_ROOM_PASSCODE',
    schema: passcode,
    fallback: null,
    defaultText: 'generated at first start',
    description: 'Passcode of that room; replaces the one kept.',
    usedBy: ['signaling'],
    secret: true,
  }),
  desktopSize: define({
    name: 'SHARE_SPACE_DESKTOP_SIZE',
    schema: sizeSchema,
    fallback: '1280x720',
    description: 'Width x height of a desktop in pixels, both even.',
    usedBy: ['signaling'],
  }),
  desktopFps: define({
    name: 'SHARE_SPACE_DESKTOP_FPS',
    schema: integer(1, 60),
    fallback: '30',
    description: 'Frames a second, at most, of a desktop in motion.',
    usedBy: ['signaling'],
  }),
  desktopCommand: define({
    name: 'SHARE_SPACE_DESKTOP_COMMAND',
    schema: text(0, 4096),
    fallback: '',
    defaultText: 'empty: the real desktop',
    description: 'Shell command a new desktop runs in place of the real desktop.',
    usedBy: ['media-host'],
  }),
  videoBitrateKbps: define({
    name: 'SHARE_SPACE_VIDEO_BITRATE_KBPS',
    schema: integer(100, 50_000),
    fallback: '6000',
    description: 'Upper bound of a room’s video, in kilobits a second.',
    usedBy: ['start', 'signaling'],
  }),
  videoBitrateMinKbps: define({
    name: 'SHARE_SPACE_VIDEO_BITRATE_MIN_KBPS',
    schema: integer(100, 50_000),
    fallback: '1500',
    description: 'How far that bound goes down while most viewers’ networks cannot carry it.',
    usedBy: ['signaling'],
  }),
  icePolicy: define({
    name: 'SHARE_SPACE_ICE_POLICY',
    schema: oneOf('all', 'relay'),
    fallback: 'all',
    description: 'Network paths viewers may use: all, or relay for TURN only.',
    usedBy: ['signaling'],
  }),
  stunUrls: define({
    name: 'SHARE_SPACE_STUN_URLS',
    schema: stunUriListSchema,
    fallback: '',
    defaultText: 'none',
    description: 'STUN servers for pages and media hosts, separated by commas.',
    usedBy: ['signaling'],
  }),
  turnUrls: define({
    name: 'SHARE_SPACE_TURN_URLS',
    schema: turnUriListSchema,
    fallback: '',
    defaultText: 'none',
    description: 'Your own TURN server, one URL for each way to reach it, separated by commas.',
    usedBy: ['start', 'signaling'],
  }),
  turnSecret: define({
    name: 'SHARE_SPACE_TURN_SECRET',
    schema: text(1, 256),
    fallback: null,
    defaultText: 'none',
    description: 'What your own TURN server has as `static-auth-secret`.',
    usedBy: ['signaling'],
    secret: true,
  }),
  turnServer: define({
    name: 'SHARE_SPACE_TURN_SERVER',
    schema: oneOf('auto', 'on', 'off'),
    fallback: 'auto',
    description:
      'The built-in TURN server: auto runs it if it can, on insists on it, off does without.',
    usedBy: ['start', 'signaling'],
  }),
  turnPort: define({
    name: 'SHARE_SPACE_TURN_PORT',
    schema: unprivilegedPortSchema,
    fallback: '3478',
    description: 'UDP port of the built-in TURN server; 0 takes any free one.',
    usedBy: ['start', 'signaling'],
  }),
  turnRelayPorts: define({
    name: 'SHARE_SPACE_TURN_RELAY_PORTS',
    schema: portRangeSchema,
    fallback: '49152-50175',
    description: 'UDP ports from which the built-in TURN server talks to media hosts.',
    usedBy: ['start'],
  }),
  turnAddress: define({
    name: 'SHARE_SPACE_TURN_ADDRESS',
    schema: ipv4Schema,
    fallback: null,
    defaultText: 'the name pages are opened under',
    description: 'Public IPv4 address of the built-in TURN server, when a NAT stands before it.',
    usedBy: ['start', 'signaling'],
  }),
  turnPeers: define({
    name: 'SHARE_SPACE_TURN_PEERS',
    schema: ipv4ListSchema,
    fallback: '',
    defaultText: 'none',
    description: 'IPv4 addresses of media hosts elsewhere that the built-in TURN server serves.',
    usedBy: ['start'],
  }),
  iceAddress: define({
    name: 'SHARE_SPACE_ICE_ADDRESS',
    schema: ipAddressSchema,
    fallback: null,
    defaultText: 'every interface',
    description: 'Local IP address that media transports bind to.',
    usedBy: ['start', 'media-host'],
  }),
  icePortMin: define({
    name: 'SHARE_SPACE_ICE_PORT_MIN',
    schema: integer(1024, 65_535),
    fallback: null,
    defaultText: 'any port',
    description: 'Lowest UDP port of media transports; needs the highest too.',
    usedBy: ['media-host'],
  }),
  icePortMax: define({
    name: 'SHARE_SPACE_ICE_PORT_MAX',
    schema: integer(1024, 65_535),
    fallback: null,
    defaultText: 'any port',
    description: 'Highest UDP port of media transports; needs the lowest too.',
    usedBy: ['media-host'],
  }),
  viewersPerFanOut: define({
    name: 'SHARE_SPACE_VIEWERS_PER_FAN_OUT',
    schema: integer(1, 200),
    fallback: '60',
    description: 'Viewers one fan-out process feeds before a room opens another.',
    usedBy: ['media-host'],
  }),
  signalingUrl: define({
    name: 'SHARE_SPACE_SIGNALING_URL',
    schema: originSchema,
    fallback: null,
    defaultText: 'made from host and port',
    description: 'Address at which a media host finds the signaling service.',
    usedBy: ['media-host'],
  }),
  hostSecret: define({
    name: 'SHARE_SPACE_HOST_SECRET',
    schema: text(32, 256),
    fallback: null,
    defaultText: 'generated, kept in the data folder',
    description: 'Secret that media hosts register with, the same on every machine.',
    usedBy: ['signaling', 'media-host'],
    secret: true,
  }),
  hostId: define({
    name: 'SHARE_SPACE_HOST_ID',
    schema: matching(hostIdSchema, '1 to 63 letters, digits, dots, hyphens and underscores'),
    fallback: null,
    defaultText: 'made from the machine’s name',
    description: 'Name of a media host, different on every machine.',
    usedBy: ['media-host'],
  }),
  allowedOrigins: define({
    name: 'SHARE_SPACE_ALLOWED_ORIGINS',
    schema: originListSchema,
    fallback: '',
    defaultText: 'none',
    description: 'Further web origins, separated by commas, whose pages may use the service.',
    usedBy: ['signaling'],
  }),
  trustProxy: define({
    name: 'SHARE_SPACE_TRUST_PROXY',
    schema: integer(0, 10),
    fallback: '0',
    description: 'Number of proxies before the service whose X-Forwarded headers count.',
    usedBy: ['signaling'],
  }),
  logLevel: define({
    name: 'SHARE_SPACE_LOG_LEVEL',
    schema: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
    fallback: 'info',
    description: 'Least severe level that is logged.',
    usedBy: ['start', 'signaling', 'media-host'],
  }),
  controlGraceSeconds: define({
    name: 'SHARE_SPACE_CONTROL_GRACE_SECONDS',
    schema: integer(0, 3600),
    fallback: '10',
    description: 'How long a dropped member keeps control of the desktop.',
    usedBy: ['signaling'],
  }),
  memberGraceSeconds: define({
    name: 'SHARE_SPACE_MEMBER_GRACE_SECONDS',
    schema: integer(0, 3600),
    fallback: '10',
    description: 'How long a dropped member stays listed in the room.',
    usedBy: ['signaling'],
  }),
} as const;
