import type { CheckName, CheckReasons, CheckState, Missing } from '../check/check-result.js';
import type { Verdict } from '../check/verdict.js';

/** What a line says, and what a person can do about it where there is something to do. */
export interface Explanation {
  readonly says: string;
  readonly advice?: string;
}

type Explanations = { readonly [Name in CheckName]: Record<CheckReasons[Name], Explanation> };

const missing: Record<Missing, Explanation> = {
  'no-webrtc': {
    says: 'This browser has no WebRTC, or it is switched off.',
    advice:
      'Switch WebRTC on in the browser’s settings or in the add-on that blocks it, or use another browser.',
  },
  'no-server': { says: 'Not tested: the server has to take part.' },
  'no-host': {
    says: 'Not tested: no desktop runs on the server right now.',
    advice: 'Try again in a minute. If it stays like this, tell whoever runs this service.',
  },
  'rate-limited': {
    says: 'Not tested: too many checks lately.',
    advice: 'Wait a minute, then check again.',
  },
};

const explanations: Explanations = {
  page: {
    answered: { says: 'The server answers.' },
    'no-answer': {
      says: 'The server does not answer.',
      advice:
        'Check that you are online. If you are, the server may be down: tell whoever runs it.',
    },
    refused: {
      says: 'The server answers with an error.',
      advice: 'Try again in a minute. If it stays like this, tell whoever runs this service.',
    },
  },
  websocket: {
    answered: { says: 'A lasting connection to the server works.' },
    'no-connection': {
      says: 'No lasting connection to the server could be opened.',
      advice:
        'A proxy, firewall or add-on blocks WebSockets. Allow them for this address, or use another network. Whoever runs the server: a proxy before it must pass WebSockets on.',
    },
  },
  udp: {
    direct: { says: 'Messages reach the desktop’s host on the shortest way.' },
    'through-nat': { says: 'Messages reach the desktop’s host, through an address translation.' },
    blocked: {
      says: 'Nothing gets through over UDP.',
      advice:
        'A firewall blocks UDP here or at the server, or both stand behind routers that do not let it pass. Try another network, or without VPN. Whoever runs the server: open its UDP ports, or set up TURN.',
    },
    'relay-only': {
      says: 'Not used: whoever runs this service sends everything by way of the relay.',
    },
    ...missing,
  },
  stun: {
    answered: { says: 'A STUN server told this browser its address on the internet.' },
    'no-nat': { says: 'Nothing translates the address of this browser on its way.' },
    'no-answer': {
      says: 'The STUN server does not answer.',
      advice: 'It only matters when the direct way fails. A firewall may block UDP to it.',
    },
    'not-configured': { says: 'Not configured by the operator.' },
    ...missing,
    'no-webrtc': { says: missing['no-webrtc'].says },
  },
  turn: {
    relayed: { says: 'Messages reach the desktop’s host through the relay.' },
    'no-allocation': {
      says: 'The relay does not answer, or refuses.',
      advice:
        'A firewall blocks UDP to it. Whoever runs the server: check that the relay runs and that its port is open.',
    },
    'no-echo': {
      says: 'The relay answers, but nothing gets from it to the desktop’s host.',
      advice:
        'Nothing you can do from here. Whoever runs the server: the relay must be allowed to reach the media host, and back.',
    },
    'not-configured': { says: 'Not configured by the operator.' },
    ...missing,
    'no-webrtc': { says: missing['no-webrtc'].says },
  },
  media: {
    answered: { says: 'Where UDP is closed, the picture can come this way.' },
    blocked: {
      says: 'The second way for the picture could not be opened.',
      advice:
        'It only matters when UDP is closed. A proxy blocks it: whoever runs the server should let WebSockets to /media pass.',
    },
    'no-server': missing['no-server'],
  },
  picture: {
    playable: { says: 'This browser plays the picture (H.264).' },
    'no-media-source': {
      says: 'It has no Media Source Extensions, with which the picture is played.',
      advice: 'Use a current Chrome, Edge, Firefox or Safari; on an iPhone, iOS 17.1 or newer.',
    },
    'no-frame-callback': {
      says: 'It cannot tell when a picture is on the screen.',
      advice:
        'Update it. Firefox can since version 132, Chrome and Edge since 83, Safari since 15.4.',
    },
    'no-codec': {
      says: 'It cannot play H.264 video, in which the picture comes.',
      advice:
        'Use a browser with H.264: Chrome, Edge, Firefox, Safari. On Linux, install the codecs of your distribution (ffmpeg, OpenH264).',
    },
  },
  sound: {
    'web-audio': { says: 'This browser plays the sound with little delay.' },
    element: { says: 'This browser plays the sound, about a third of a second late.' },
    none: {
      says: 'This browser cannot play the sound of a room. The picture is not affected.',
      advice: 'Allow WebAssembly and Web Audio in its settings, or use another browser.',
    },
  },
  secure: {
    secure: { says: 'This page came over HTTPS, or from this machine.' },
    insecure: {
      says: 'This page came over plain HTTP.',
      advice:
        'Rooms work all the same. The passcode can be read on the way, and keys such as Escape and Alt+Tab do not reach the desktop. Whoever runs the server: put HTTPS in front.',
    },
  },
};

const verdicts: Record<Verdict, { readonly title: string; readonly detail: string }> = {
  testing: { title: 'Checking…', detail: 'This takes a few seconds, ten at most.' },
  direct: {
    title: 'You will get the picture directly over UDP',
    detail: 'That is the fastest way there is.',
  },
  relayed: {
    title: 'You will get the picture through a relay',
    detail: 'The direct way is closed from here. The relay takes a little longer.',
  },
  websocket: {
    title: 'You will get the picture over WebSocket, a little later',
    detail: 'UDP does not work from here. The lines below say what could open it.',
  },
  blocked: {
    title: 'You can join, but the picture will not get through',
    detail: 'No way for it is open from here. The lines below say what helps.',
  },
  untested: {
    title: 'You can join. Whether the picture gets through is not known',
    detail: 'The other side of the test was not there. The lines below say why.',
  },
  'no-server': {
    title: 'The server cannot be reached from here',
    detail: 'Nothing works without it. The lines below say what helps.',
  },
  'no-picture': {
    title: 'This browser cannot show the picture',
    detail: 'Another browser on this device most likely can.',
  },
};

const names: Record<CheckName, string> = {
  page: 'Server',
  websocket: 'WebSocket',
  udp: 'UDP, direct',
  stun: 'STUN',
  turn: 'TURN over UDP',
  media: 'Picture over WebSocket',
  picture: 'Picture',
  sound: 'Sound',
  secure: 'Secure page',
};

const states: Record<CheckState, string> = {
  testing: 'testing',
  fine: 'fine',
  failed: 'failed',
  unavailable: 'not available here',
};

/** Texts of the connection check. */
export const checkText = {
  title: 'Connection check',
  lead: 'Finds out what gets through between this browser and the server, before you join or when something does not work.',
  linesLabel: 'Tests',
  names,
  states,
  explanations,
  verdicts,
  testing: 'Testing…',
  roundTrip: (milliseconds: number) =>
    milliseconds < 10 ? `${milliseconds.toFixed(1)} ms` : `${Math.round(milliseconds)} ms`,
  again: 'Check again',
  copy: 'Copy report',
  copied: 'The report is in the clipboard.',
  copyByHand: 'Copy the report below: the browser does not let the page do it here.',
  report: 'Report',
  toRoom: 'Back to the room',
  home: 'To the start page',
};
