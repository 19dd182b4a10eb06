import { rememberedBrowsersFile } from '../../../integration/browser/host-browser.ts';
import {
  installNativeHost,
  nativeHostState,
  removeNativeHost,
} from '../../../integration/browser/native-host.ts';
import {
  becomeUrlHandler,
  endUrlHandler,
  type UrlHandlerState,
  urlHandlerState,
} from '../../../integration/browser/url-handler.ts';
import { XPaneError } from '../../../shared/errors.ts';
import type { Command } from '../../command.ts';
import { exitCodes } from '../../exit-codes.ts';

export const integrateUrl: Command = {
  group: 'integrate',
  name: 'url',
  summary: 'have this desktop give links to XPane, which passes them on as the rules say; or no longer',
  argument: { name: 'switch', description: 'on, off or status' },
  examples: ['xpane integrate url on', 'xpane integrate url status --json'],
  async run({ output, house }, { argument }) {
    const { self, env, paths } = house;
    const place = { self, env, remembered: rememberedBrowsersFile(paths.config) };
    const host = { self, env, dataFolder: paths.data };
    if (argument === 'on') {
      await becomeUrlHandler(place);
      await installNativeHost(host);
    } else if (argument === 'off') {
      await removeNativeHost(host);
      await endUrlHandler(place);
    } else if (argument !== 'status') throw unknownSwitch(argument);
    const state = { ...(await urlHandlerState(place)), ...(await nativeHostState(host)) };
    output.result(state, describe(state));
    return exitCodes.ok;
  },
};

function describe({ state, browsers, isOther }: UrlHandlerState): string {
  if (isOther) return 'Links go to another XPane, which has a home of its own.';
  const others = [...new Set(Object.values(browsers))].join(', ');
  switch (state) {
    case 'on':
      return `Links go to XPane first. What the rules leave on this computer opens in ${others || 'nothing: there was no browser'}.`;
    case 'partly':
      return 'XPane can take links, but some or all of them go to another program: "xpane integrate url on" takes them.';
    case 'off':
      return 'Links do not go to XPane.';
  }
}

function unknownSwitch(word: string): XPaneError {
  return new XPaneError('usage.invalid', `"${word}" is none of on, off and status.`, 'Give one of them.');
}
