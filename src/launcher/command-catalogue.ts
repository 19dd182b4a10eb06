import type { Command } from './command.ts';

type Load = () => Promise<readonly Command[]>;

/**
 * Every command by the first word of its command line, in the order of the help. Only what is called is loaded: the
 * modules of all commands take longer than any of them works.
 */
const catalogue: Readonly<Record<string, Load>> = {
  start: async () => [(await import('./commands/start.ts')).start],
  stop: async () => [(await import('./commands/stop.ts')).stop],
  suspend: async () => [(await import('./commands/suspend.ts')).suspend],
  restart: async () => [(await import('./commands/restart.ts')).restart],
  status: async () => [(await import('./commands/status.ts')).status],
  apps: async () => [(await import('./commands/apps.ts')).apps],
  launch: async () => [(await import('./commands/launch.ts')).launch],
  open: async () => [(await import('./commands/open.ts')).open],
  desktop: async () => [(await import('./commands/desktop.ts')).desktop],
  'open-tray': async () => [(await import('./commands/open-tray.ts')).openTray],
  autostart: async () => [(await import('./commands/autostart.ts')).autostart],
  quit: async () => [(await import('./commands/quit.ts')).quit],
  service: async () => [(await import('./commands/service.ts')).service],
  tray: async () => [(await import('./commands/tray.ts')).tray],
  'log-on': async () => [(await import('./commands/log-on.ts')).logOn],
  workspace: async () => (await import('./commands/workspace/workspace-commands.ts')).workspaceCommands,
  setup: async () => (await import('./commands/setup/setup-commands.ts')).setUpCommands,
  'open-url': async () => [(await import('./commands/url/open-url.ts')).openUrl],
  url: async () => (await import('./commands/url/url-commands.ts')).urlCommands,
  share: async () => (await import('./commands/share/share-commands.ts')).shareCommands,
  integrate: async () => (await import('./commands/integrate/integrate-commands.ts')).integrateCommands,
  'native-messaging': async () => [(await import('./commands/native-messaging.ts')).nativeMessaging],
  transfers: async () => [(await import('./commands/transfers.ts')).transfers],
  '--version': async () => [],
  '-V': async () => [],
};

/** Those that may be meant: all of them for the help, and for a word that is none of theirs. */
export async function commandsCalledBy(args: readonly string[]): Promise<readonly Command[]> {
  const [word = ''] = args;
  const load = Object.hasOwn(catalogue, word) ? catalogue[word] : undefined;
  if (load) return load();
  return (await Promise.all(Object.values(catalogue).map((each) => each()))).flat();
}
