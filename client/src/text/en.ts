import { checkText } from './check-en.js';

const productName = 'Share Space';

/** All strings of the pages, in English. */
export const en = {
  productName,
  titleOf: (page: string) => `${page} · ${productName}`,
  loading: 'Loading…',
  loadFailed: {
    title: 'This page could not be loaded',
    detail: 'The service may have been updated, or the connection was interrupted.',
    reload: 'Reload',
  },

  home: {
    headline: 'One computer, many hands.',
    lead: 'Every room is a real desktop, live for everyone in it. Watch together, hear together, and pass the mouse around.',
    field: 'Room address',
    placeholder: 'living-room',
    hint: 'The name of the room, or the whole link you were sent.',
    open: 'Open room',
    empty: 'Please enter the address of a room.',
    operator: 'For operators',
    check: 'Check your connection',
  },

  notFound: {
    title: 'Nothing here',
    detail: 'This address leads nowhere. Perhaps a letter went missing on the way.',
    home: 'To the start page',
  },

  join: {
    eyebrow: 'You are invited to',
    lead: 'A shared desktop, live for everyone in the room.',
    name: 'Your name',
    nameHint: 'The others see it.',
    passcode: 'Passcode',
    showPasscode: 'Show passcode',
    hidePasscode: 'Hide passcode',
    submit: 'Join the room',
    joining: 'Joining…',
    nameMissing: 'Please give a name.',
    passcodeMissing: 'Please enter the passcode of the room.',
    unreachable: 'The server could not be reached. Check your connection and try again.',
    returning: 'Taking you back to your place…',
    otherRoom: 'Another room',
    check: 'Check your connection',
  },

  stage: {
    label: (room: string) => `Desktop of the room ${room}`,
    keyboardHere: 'Keyboard goes to the desktop',
    clickToHear: 'Click to hear sound',
    tapToHear: 'Tap to hear sound',
    connecting: {
      title: 'Connecting',
      detail: 'Opening the picture of the desktop.',
      slow: 'This takes longer than usual. Some networks block live media; it is tried again by itself.',
    },
    waiting: {
      stopped: {
        title: 'The desktop is off',
        detail:
          'It starts as soon as a media host takes the room. The picture then appears by itself.',
      },
      starting: {
        title: 'The desktop is starting',
        detail: 'This takes a few seconds. The picture appears by itself.',
      },
      running: {
        title: 'Almost there',
        detail: 'The desktop runs. Waiting for its first picture.',
      },
      failed: {
        title: 'The desktop stopped',
        detail: 'It is being started again. The picture comes back by itself.',
      },
      slow: 'If it stays like this, tell whoever runs this service.',
    },
    reconnecting: {
      'signaling-lost': {
        title: 'Connection lost',
        detail: 'Your place is kept. Trying to reach the server again.',
      },
      'media-lost': {
        title: 'The picture was interrupted',
        detail: 'Opening a new connection for it.',
      },
      slow: 'Check your network. It goes on by itself as soon as the connection is back.',
    },
    elapsed: (duration: string) => `for ${duration}`,
    startOver: 'Start over',
    check: 'Check the connection',
  },

  control: {
    heading: 'Keyboard and mouse',
    free: 'Nobody has control',
    mine: 'You have control',
    theirs: (name: string) => `${name} has control`,
    someone: 'Someone',
    take: 'Take control',
    taking: 'Taking control…',
    release: 'Release control',
    releasing: 'Releasing…',
    hintFree: 'Click the picture to take the mouse',
    hintTheirs: 'You can take over when it is free',
    hintTyping: 'Ctrl + Alt + Shift frees the keyboard',
    hintIdle: 'Click the picture to type',
    hintFreeTouch: 'Tap the picture to take the mouse',
    hintMineTouch: 'Hold for right click, two fingers scroll',
    hintBusy: 'Possible once the picture is there',
    taken: (name: string) => `${name} has control right now. Try again when it is free.`,
    lost: 'You no longer have control.',
    failed: 'That did not reach the server. Please try again.',
  },

  members: {
    label: 'Who is here',
    count: (count: number) => (count === 1 ? '1 person' : `${count} people`),
    you: 'you',
    nameOfMe: (name: string) => `${name} (you)`,
    away: 'reconnecting',
    inControl: 'has control',
  },

  bar: {
    label: 'Room controls',
    show: 'Show controls',
    mute: 'Mute',
    unmute: 'Unmute',
    noSound: 'This browser cannot play the sound of the room',
    volume: 'Volume',
    fullscreen: 'Fullscreen',
    leaveFullscreen: 'Leave fullscreen',
    showStats: 'Show connection details',
    hideStats: 'Hide connection details',
    leaveRoom: 'Leave the room',
    leaving: 'Leaving the room…',
  },

  quality: {
    label: 'Picture quality',
    button: (choice: string) => `Picture quality: ${choice}`,
    choices: {
      auto: { name: 'Automatic', detail: 'The best that your network carries' },
      main: { name: 'Full size', detail: 'Always sharp, even if it stutters' },
      small: { name: 'Save data', detail: 'Smaller picture, far less data' },
    },
    news: {
      reduced:
        'Your network is slow right now, so you get a smaller picture. It grows again by itself.',
      restored: 'Your network has recovered: the picture is in full size again.',
    },
  },

  stats: {
    label: 'Connection',
    none: 'no picture right now',
    latency: (milliseconds: number) => `${milliseconds} ms`,
    picture: (height: number, why: 'saving' | 'slow' | null) =>
      `${height}p` +
      (why === null ? '' : why === 'slow' ? ', your network is slow' : ', saving data'),
    framesPerSecond: (frames: number) => `${frames} fps`,
    bitrate: (kbps: number) =>
      kbps < 1000 ? `${Math.round(kbps)} kbit/s` : `${(kbps / 1000).toFixed(1)} Mbit/s`,
    path: {
      direct: 'direct',
      reflexive: 'direct',
      relay: 'relayed',
      websocket: 'WebSocket (UDP blocked)',
      unknown: 'connected',
    },
    slowerWay:
      'Your network blocks direct media, so the picture takes a slower way. A faster one is tried by itself.',
    detail: (roundTripMs: number | null, gaps: number) =>
      `Delay from desktop to your screen, size of the picture, pictures per second, data rate, and the way it travels.` +
      (roundTripMs === null ? '' : ` Network round trip ${Math.round(roundTripMs)} ms.`) +
      ` Gaps since you joined: ${gaps}.`,
  },

  ended: {
    kicked: {
      title: 'You were removed from the room',
      detail: 'The operator ended your visit. If you think this was a mistake, ask them.',
    },
    'room-closed': {
      title: 'The room was closed',
      detail: 'The operator closed it. The address may work again later.',
    },
    'joined-elsewhere': {
      title: 'You continued elsewhere',
      detail: 'Your place in this room moved to another tab or window.',
    },
    'membership-expired': {
      title: 'Your place in the room expired',
      detail:
        'You were away for too long, or the room has changed. Join it again with its passcode.',
    },
    left: {
      title: 'You left the room',
      detail: 'See you. The door stays where it was.',
    },
    joinAgain: 'Join again',
    rejoin: 'Come back in',
    tryAgain: 'Try again',
    home: 'To the start page',
    check: 'Check this browser',
  },

  unsupported: {
    title: 'This browser cannot show the room',
    'media-source': 'It has no Media Source Extensions, with which the picture is played.',
    'frame-callback': 'It is too old: it cannot tell when a picture is on the screen.',
    codec: 'It cannot play H.264 video, in which the picture comes.',
    advice:
      'Please use a current Chrome, Edge or Firefox on a computer or Android, or Safari 17.1 or newer.',
  },

  check: checkText,

  toast: {
    label: 'Messages',
    dismiss: 'Dismiss',
  },

  operator: {
    title: 'Operator',
    lead: 'See every room of this service, who is in it, and what serves it.',
    password: 'Operator password',
    showPassword: 'Show password',
    hidePassword: 'Hide password',
    submit: 'Log in',
    submitting: 'Logging in…',
    passwordMissing: 'Please enter the operator password.',
    wrongPassword: 'That is not the operator password.',
    tooMany: 'Too many attempts. Please wait a little and try again.',
    unreachable: 'The server could not be reached. Please try again.',
    waiting: 'The server cannot be reached. It is tried again by itself.',
    unexpected: (status: number) => `The server answered with an error (${status}).`,
    notKept:
      'The password is right, but the browser did not keep the login. Please allow cookies here.',
    expired: 'Your login has ended. Please log in again.',
    logOut: 'Log out',
    logOutFailed: 'The log-out did not reach the server. Please try again.',
    loading: 'Fetching the state of the service…',
    live: 'Live',
    stale: 'Connection lost. What you see is from before; it is renewed by itself.',
    rooms: 'Rooms',
    viewers: 'Viewers',
    hosts: 'Media hosts',
    people: 'People',
    noRooms: 'There is no room yet.',
    noViewers: 'Nobody is watching right now.',
    noHosts: 'No media host is connected. Desktops cannot start until one registers.',
    noHost: 'no media host',
    onHost: (host: string) => `on ${host}`,
    openRoom: (room: string) => `Open the room ${room}`,
    nobodyHere: 'Nobody here',
    control: (name: string) => `${name} has control`,
    free: 'Control is free',
    desktop: {
      stopped: 'Desktop off',
      starting: 'Desktop starting',
      running: 'Desktop running',
      failed: 'Desktop failed',
    },
    columns: {
      member: 'Member',
      room: 'Room',
      since: 'Watching for',
      host: 'Host',
      up: 'Connected for',
    },
    formerMember: 'former member',
    roomCount: (count: number) => (count === 1 ? '1 room' : `${count} rooms`),
    viewerCount: (count: number) => (count === 1 ? '1 viewer' : `${count} viewers`),
  },

  /** A span of time, coarse enough to be read in passing. */
  duration: (seconds: number) => {
    const whole = Math.max(0, Math.floor(seconds));
    if (whole < 60) return `${whole} s`;
    if (whole < 3600) return `${Math.floor(whole / 60)} min`;
    if (whole < 86_400)
      return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
    return `${Math.floor(whole / 86_400)} d ${Math.floor((whole % 86_400) / 3600)} h`;
  },
};
