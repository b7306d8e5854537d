/** Roles that the walk looks for. */
export type Role = 'button' | 'main' | 'radio' | 'region';

/** An element by its role and its exact accessible name, as assistive technology finds it. */
export interface Target {
  readonly role: Role;
  readonly name?: string;
}

/** What the walk needs of a browser with one page open. */
export interface Driver {
  /** Name and version, as the browser reports them. */
  readonly browser: string;
  /** Loads an address afresh, whatever was on screen before. */
  open(address: string): Promise<void>;
  /** Clicks an element once it is there and enabled. @throws Error when it is not in time */
  click(target: Target): Promise<void>;
  /** The rendered text of an element; empty while there is none. */
  text(target: Target): Promise<string>;
  /** A PNG of the window. */
  screenshot(): Promise<Buffer>;
  /** Errors of the page and requests to other hosts, so far. */
  faults(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** A browser found on this machine, and what drives it. */
export interface Installed {
  readonly label: string;
  readonly start: () => Promise<Driver>;
}

/** Looks for a browser; starts, downloads and installs nothing. */
export type Finder = () => Promise<Installed | null>;

export const WINDOW = { width: 1440, height: 900 } as const;

/** How long an element is waited for before a click, in milliseconds. */
export const CLICK_TIMEOUT = 30_000;

/** A port where nothing listens: as the proxy of every host but this one, it keeps a browser off the network. */
export const DEAD_PROXY = { host: '127.0.0.1', port: 9 } as const;

/** What a request to another machine is reported as; null for one to this machine. */
export function foreignRequest(address: string): string | null {
  const { protocol, hostname } = new URL(address);
  return hostname === '127.0.0.1' || !protocol.startsWith('http')
    ? null
    : `request to another host: ${address}`;
}
