/** What the extension uses of Chromium's extension API (developer.chrome.com/docs/extensions/reference/api). */

interface ChromeEvent<Listener> {
  addListener(
    listener: Listener,
    filter?: { readonly url: readonly { readonly schemes: readonly string[] }[] },
  ): void;
}

interface ChromeNavigation {
  readonly tabId: number;
  /** 0: the tab itself. */
  readonly frameId: number;
  readonly url: string;
  readonly documentLifecycle?: string;
}

interface ChromeCommit extends ChromeNavigation {
  readonly transitionQualifiers: readonly string[];
}

interface ChromePort {
  postMessage(message: object): void;
  readonly onMessage: ChromeEvent<(untrusted: unknown) => void>;
  readonly onDisconnect: ChromeEvent<() => void>;
}

interface ChromeSender {
  readonly id?: string;
  readonly url?: string;
  readonly tab?: { readonly id?: number };
}

interface ChromeRule {
  readonly id: number;
  readonly priority: number;
  readonly action: { readonly type: 'block' | 'allow' };
  readonly condition: {
    readonly resourceTypes: readonly ['main_frame'];
    readonly requestMethods?: readonly ['get'];
    readonly requestDomains?: readonly string[];
    readonly urlFilter?: string;
    readonly regexFilter?: string;
    readonly tabIds?: readonly number[];
  };
}

interface ChromeRuleUpdate {
  readonly removeRuleIds?: readonly number[];
  readonly addRules?: readonly ChromeRule[];
}

interface ChromeStorage {
  get(key: string): Promise<Readonly<Record<string, unknown>>>;
  get(key: null): Promise<Readonly<Record<string, unknown>>>;
  set(values: Readonly<Record<string, unknown>>): Promise<void>;
  remove(keys: string | readonly string[]): Promise<void>;
}

declare const chrome: {
  readonly runtime: {
    readonly id: string;
    readonly lastError?: { readonly message?: string };
    getURL(path: string): string;
    connectNative(host: string): ChromePort;
    sendMessage(message: string): Promise<unknown>;
    readonly onMessage: ChromeEvent<
      (untrusted: unknown, sender: ChromeSender, answer: (message: unknown) => void) => void
    >;
    readonly onStartup: ChromeEvent<() => void>;
    readonly onInstalled: ChromeEvent<() => void>;
  };
  readonly webNavigation: {
    readonly onBeforeNavigate: ChromeEvent<(details: ChromeNavigation) => void>;
    readonly onCommitted: ChromeEvent<(details: ChromeCommit) => void>;
    readonly onErrorOccurred: ChromeEvent<(details: ChromeNavigation & { readonly error: string }) => void>;
  };
  readonly tabs: {
    update(tabId: number, to: { readonly url: string }): Promise<unknown>;
    /** Rejects where there is nothing to go to. */
    goForward(tabId: number): Promise<void>;
    readonly onRemoved: ChromeEvent<(tabId: number) => void>;
  };
  readonly declarativeNetRequest: {
    getDynamicRules(): Promise<readonly ChromeRule[]>;
    updateDynamicRules(update: ChromeRuleUpdate): Promise<void>;
    getSessionRules(): Promise<readonly ChromeRule[]>;
    updateSessionRules(update: ChromeRuleUpdate): Promise<void>;
  };
  readonly storage: {
    readonly local: ChromeStorage;
    readonly session: ChromeStorage;
    readonly onChanged: ChromeEvent<
      (changes: Readonly<Record<string, { readonly newValue?: unknown }>>, area: string) => void
    >;
  };
};
