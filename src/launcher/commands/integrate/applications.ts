import { withdrawApplications } from '../../../integration/applications/publish.ts';
import { removeOwnAutostart } from '../../../integration/autostart-entry.ts';
import { rememberedBrowsersFile } from '../../../integration/browser/host-browser.ts';
import { nativeHostState, removeNativeHost } from '../../../integration/browser/native-host.ts';
import { endUrlHandler, urlHandlerState } from '../../../integration/browser/url-handler.ts';
import { silentLog } from '../../../shared/log.ts';
import type { IntegrationStatus } from '../../api/integration-methods.ts';
import type { ServiceClient } from '../../client.ts';
import type { Command, CommandContext, House } from '../../command.ts';
import { exitCodes } from '../../exit-codes.ts';

const integrateOn: Command = {
  group: 'integrate',
  name: 'on',
  summary: "have the guests' applications in this desktop's menu, and open files with them",
  examples: ['xpane integrate on'],
  run: async (context) => tell(context, await askService(await context.start(), context, 'on')),
};

const integrateStatus: Command = {
  group: 'integrate',
  name: 'status',
  summary: 'what of XPane is in this desktop; what is missing is put there again',
  examples: ['xpane integrate status --json'],
  run: async (context) => tell(context, await askService(await context.start(), context, 'status')),
};

const integrateOff: Command = {
  group: 'integrate',
  name: 'off',
  summary: 'take all of XPane out of this desktop: applications, links, the start at log-in',
  examples: ['xpane integrate off'],
  async run(context) {
    const { house } = context;
    const { self, env, paths } = house;
    const left: string[] = [];
    const { failures, each } = independently();
    const status = await each(async () => {
      const client = await context.start().catch(async (error: unknown) => {
        // An XPane of which no service can be started any more. One that runs does it itself, and is alone in that.
        await withdrawApplications({ self, env, home: paths.data }, silentLog);
        throw error;
      });
      return await askService(client, context, 'off');
    });
    await each(async () => {
      if (!removeOwnAutostart(env)) left.push('the start at log-in');
    });
    await each(async () => {
      if (!(await removeNativeHost(nativeHostPlace(house)))) left.push('the host for browsers');
    });
    await each(async () => {
      const { state, isOther } = await urlHandlerState(urlHandlerPlace(house));
      if (isOther) left.push('links');
      else if (state !== 'off') await endUrlHandler(urlHandlerPlace(house));
    });
    const code = status ? await tell(context, status, left) : exitCodes.ok;
    if (failures.length > 0) throw failures[0];
    return code;
  },
};

export const applicationCommands: readonly Command[] = [integrateOn, integrateOff, integrateStatus];

/** Runs one thing after the other, whatever has become of those before. */
function independently() {
  const failures: unknown[] = [];
  const each = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      failures.push(error);
      return undefined;
    }
  };
  return { failures, each };
}

function urlHandlerPlace({ self, env, paths }: House) {
  return { self, env, remembered: rememberedBrowsersFile(paths.config) };
}

function nativeHostPlace({ self, env, paths }: House) {
  return { self, env, dataFolder: paths.data };
}

async function askService(
  client: ServiceClient,
  { callOptions }: CommandContext,
  to: 'on' | 'off' | 'status',
): Promise<IntegrationStatus> {
  return await client.call('integrate', { to }, callOptions);
}

/** `left`: what belongs to an XPane with another home. */
async function tell(
  { house, output }: CommandContext,
  status: IntegrationStatus,
  left: readonly string[] = [],
): Promise<number> {
  const { state: links } = await urlHandlerState(urlHandlerPlace(house));
  const { manifests } = await nativeHostState(nativeHostPlace(house));
  const whole = { ...status, links, manifests, ...(left.length > 0 ? { left } : {}) };
  output.result(whole, describe(whole));
  return status.failure ? exitCodes.internal : exitCodes.ok;
}

interface WholeStatus extends IntegrationStatus {
  readonly links: 'on' | 'partly' | 'off';
  /** Of the host that XPane is for browsers. */
  readonly manifests: readonly string[];
  readonly left?: readonly string[];
}

function describe(status: WholeStatus): string {
  const { integration, applications, unpublished, failure, links, manifests, left, stillOn } = status;
  const lines = [
    integration === 'on'
      ? `This desktop has ${applications} published ${applications === 1 ? 'application' : 'applications'}.`
      : 'This desktop has no published applications: "xpane integrate on" puts them there.',
    ...(unpublished > 0 ? [`${unpublished} stay out by the setting "unpublished".`] : []),
    ...(stillOn ?? []).map(({ workspace, by }) =>
      by === 'variable'
        ? `It stays on for ${workspace}, as the variable XPANE_INTEGRATION says so.`
        : `It stays on for ${workspace}, whose own setting says so: "xpane workspace set ${workspace} integration=default".`,
    ),
    ...(links === 'off' ? [] : [`Links go to XPane${links === 'on' ? '' : ' in part'}.`]),
    ...(manifests.length > 0 ? [`Browsers may ask XPane about links: ${manifests.join(', ')}`] : []),
    ...(left ? [`Left as it is, since it belongs to an XPane with another home: ${left.join(', ')}.`] : []),
    ...(failure ? [`It is not as it is to be: ${failure.message}`, `What to do: ${failure.hint}`] : []),
  ];
  return lines.join('\n');
}
