import { withdrawApplications } from '../../../integration/applications/publish.ts';
import { autostartFile, removeAutostart } from '../../../integration/autostart-entry.ts';
import { rememberedBrowsersFile } from '../../../integration/browser/host-browser.ts';
import { endUrlHandler, urlHandlerState } from '../../../integration/browser/url-handler.ts';
import { silentLog } from '../../../shared/log.ts';
import type { IntegrationStatus } from '../../api/integration-methods.ts';
import type { Command, CommandContext } from '../../command.ts';
import { exitCodes } from '../../exit-codes.ts';

const integrateOn: Command = {
  group: 'integrate',
  name: 'on',
  summary: "have the guests' applications in this desktop's menu, and open files with them",
  examples: ['xpane integrate on'],
  run: (context) => switchTo(context, 'on'),
};

const integrateStatus: Command = {
  group: 'integrate',
  name: 'status',
  summary: 'what of XPane is in this desktop; what is missing is put there again',
  examples: ['xpane integrate status --json'],
  run: (context) => switchTo(context, 'status'),
};

const integrateOff: Command = {
  group: 'integrate',
  name: 'off',
  summary: 'take all of XPane out of this desktop: applications, links, the start at log-in',
  examples: ['xpane integrate off'],
  async run(context) {
    const { env, self, paths } = context.house;
    try {
      // It would put them there again.
      return await switchTo(context, 'off');
    } finally {
      // Also for an XPane of which no service can be started any more.
      await withdrawApplications({ self, env, home: paths.data }, silentLog);
      removeAutostart(autostartFile(env));
      await endUrlHandlerIfOn({ self, env, remembered: rememberedBrowsersFile(paths.config) });
    }
  },
};

export const integrateCommands: readonly Command[] = [integrateOn, integrateOff, integrateStatus];

async function switchTo(
  { start, output, callOptions }: CommandContext,
  to: 'on' | 'off' | 'status',
): Promise<number> {
  const client = await start();
  const status = await client.call('integrate', { to }, callOptions);
  output.result(status, describe(status));
  return status.failure ? exitCodes.internal : exitCodes.ok;
}

async function endUrlHandlerIfOn(place: Parameters<typeof endUrlHandler>[0]): Promise<void> {
  if ((await urlHandlerState(place)).state !== 'off') await endUrlHandler(place);
}

function describe({ integration, applications, unpublished, failure }: IntegrationStatus): string {
  const lines = [
    integration === 'on'
      ? `This desktop has ${applications} published ${applications === 1 ? 'application' : 'applications'}.`
      : 'This desktop has no published applications: "xpane integrate on" puts them there.',
    ...(unpublished > 0 ? [`${unpublished} stay out by the setting "unpublished".`] : []),
    ...(failure ? [`It is not as it is to be: ${failure.message}`, `What to do: ${failure.hint}`] : []),
  ];
  return lines.join('\n');
}
