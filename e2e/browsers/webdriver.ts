/** The key of an element's id in messages. @see W3C WebDriver, section 12 */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

export type ElementReference = Readonly<Record<typeof ELEMENT, string>>;

interface Reply {
  readonly value: unknown;
}

async function send(method: string, address: string, body?: unknown): Promise<unknown> {
  const response = await fetch(address, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const { value } = (await response.json()) as Reply;
  if (response.ok) return value;
  const { error, message } = value as { error: string; message: string };
  throw new Error(`${error}: ${message}`);
}

/** Waits until a driver answers at this address. @throws Error when it does not in time */
export async function untilReady(server: string, timeout: number): Promise<void> {
  const end = Date.now() + timeout;
  for (;;) {
    try {
      await send('GET', `${server}/status`);
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** A session of the W3C WebDriver protocol: the few commands that the walk needs. */
export class WebDriverSession {
  private readonly address: string;

  private constructor(
    address: string,
    readonly browser: string,
  ) {
    this.address = address;
  }

  /** Starts a browser. @throws Error when the driver cannot */
  static async start(server: string, capabilities: object): Promise<WebDriverSession> {
    const made = await send('POST', `${server}/session`, {
      capabilities: { alwaysMatch: capabilities },
    });
    const { sessionId, capabilities: found } = made as {
      sessionId: string;
      capabilities: { browserName: string; browserVersion: string };
    };
    return new WebDriverSession(
      `${server}/session/${sessionId}`,
      `${found.browserName} ${found.browserVersion}`,
    );
  }

  private post(path: string, body: object): Promise<unknown> {
    return send('POST', `${this.address}/${path}`, body);
  }

  private ofElement(element: ElementReference, property: string): Promise<unknown> {
    return send('GET', `${this.address}/element/${element[ELEMENT]}/${property}`);
  }

  async setWindow(size: { readonly width: number; readonly height: number }): Promise<void> {
    await this.post('window/rect', size);
  }

  async navigate(url: string): Promise<void> {
    await this.post('url', { url });
  }

  async elements(css: string): Promise<readonly ElementReference[]> {
    const found = await this.post('elements', { using: 'css selector', value: css });
    return found as ElementReference[];
  }

  async accessibleRole(element: ElementReference): Promise<string> {
    return (await this.ofElement(element, 'computedrole')) as string;
  }

  async accessibleName(element: ElementReference): Promise<string> {
    return (await this.ofElement(element, 'computedlabel')) as string;
  }

  async isEnabled(element: ElementReference): Promise<boolean> {
    return (await this.ofElement(element, 'enabled')) as boolean;
  }

  async click(element: ElementReference): Promise<void> {
    await this.post(`element/${element[ELEMENT]}/click`, {});
  }

  /** Runs the body of a function in the page. */
  async run(script: string, ...args: readonly unknown[]): Promise<unknown> {
    return this.post('execute/sync', { script, args });
  }

  async screenshot(): Promise<Buffer> {
    const png = (await send('GET', `${this.address}/screenshot`)) as string;
    return Buffer.from(png, 'base64');
  }

  async end(): Promise<void> {
    await send('DELETE', this.address);
  }
}
