import { CommanderError, InvalidArgumentError, Option, Command as Program } from 'commander';
import { reportOf, XPaneError } from '../shared/errors.ts';
import { version } from '../shared/version.ts';
import { connectService, type ServiceClient } from './client.ts';
import {
  type Command,
  type CommandContext,
  type CommandInput,
  commandGroups,
  type House,
} from './command.ts';
import { commandsCalledBy } from './command-catalogue.ts';
import { exitCodeMeanings, exitCodeOf, exitCodes } from './exit-codes.ts';
import { createOutput, type Output } from './output.ts';
import { settingIn } from './setting-argument.ts';
import { startService } from './start-service.ts';

interface Options {
  readonly json?: boolean;
  readonly timeout?: number;
  readonly workspace?: string;
  readonly force?: boolean;
  readonly yes?: boolean;
  readonly wait?: boolean;
  readonly set?: Readonly<Record<string, string>>;
}

/** Runs one command line, without the program's name, to its exit code. Never rejects. */
export async function runCommandLine(args: readonly string[], house: House): Promise<number> {
  for (const stream of [house.stdout, house.stderr]) stream.on('error', onStreamError);
  let exitCode: number = exitCodes.ok;
  // Whether a mistake is to be told in JSON must be known before the line is understood.
  let output = createOutput({ ...house, json: args.includes('--json') });
  const program = new Program('xpane')
    .description('Shows applications of a Windows XP guest as windows of this desktop.')
    .version(version, '-V, --version')
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: false });
  const groups = groupsIn(program);
  for (const group of groups.values()) {
    group.action(() => {
      house.stderr.write(group.helpInformation());
      exitCode = exitCodes.usage;
    });
  }
  for (const command of await commandsCalledBy(args)) {
    const parent = command.group === undefined ? program : groups.get(command.group);
    if (!parent) throw new Error(`there is no group ${command.group}`);
    const sub = described(parent.command(command.name), command);
    sub.action(async () => {
      const options = sub.opts<Options>();
      output = createOutput({ ...house, json: options.json === true });
      exitCode = await runCommand(command, inputOf(command, sub), options, house, output);
    });
  }
  const all = [program, ...groups.values()].flatMap((each) => [each, ...each.commands]);
  for (const each of new Set(all)) {
    each.exitOverride().configureOutput({
      writeOut: (text) => house.stdout.write(text),
      // A mistake is told below, in one way for all.
      outputError: () => {},
    });
  }
  program.addHelpText('after', `\n${exitCodeHelp()}`);
  try {
    if (args.length === 0) {
      house.stderr.write(program.helpInformation());
      return exitCodes.usage;
    }
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.ok;
    const report = reportOf(error instanceof CommanderError ? usageError(error) : error);
    output.failure(report);
    return exitCodeOf(report.code);
  }
}

function groupsIn(program: Program): Map<string, Program> {
  const groups = new Map<string, Program>();
  for (const [path, about] of Object.entries(commandGroups)) {
    const names = path.split(' ');
    const parent = groups.get(names.slice(0, -1).join(' ')) ?? program;
    const group = parent
      .command(names.at(-1) ?? '')
      .summary(about)
      .description(`${sentence(about)}.`)
      .usage('<command>')
      .helpCommand(false)
      .configureHelp({ showGlobalOptions: false });
    groups.set(path, group);
  }
  return groups;
}

/** What the user gave, as far as the command takes it; commander has refused the rest. */
function inputOf({ options = [], flags = [], argument: taken }: Command, sub: Program): CommandInput {
  const [argument = '', ...more] = taken ? sub.args : ['', ...sub.args];
  const given = sub.opts<Options & Record<string, unknown>>();
  const { workspace, force, yes, wait, set = {} } = given;
  const values = options.flatMap(({ name }) => {
    const value = given[camelCase(name)];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return {
    ...{ argument, more, settings: set, values: Object.fromEntries(values) },
    flags: new Set(flags.map(({ name }) => name).filter((name) => given[camelCase(name)] === true)),
    ...(workspace ? { workspace } : {}),
    ...(force ? { force } : {}),
    ...(yes ? { yes } : {}),
    ...(wait ? { wait } : {}),
  };
}

/** As commander names what an option was given. */
function camelCase(option: string): string {
  return option.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

const brackets = { one: ['<', '>'], optional: ['[', ']'], many: ['<', '...>'], any: ['[', '...]'] } as const;

function described(sub: Program, command: Command): Program {
  sub.summary(command.summary).description(`${sentence(command.summary)}.`);
  if (command.argument) sub.argument(`<${command.argument.name}>`, command.argument.description);
  if (command.more) {
    const [before, after] = brackets[command.more.count];
    sub.argument(`${before}${command.more.name}${after}`, command.more.description);
  }
  for (const { name, value, description } of command.options ?? []) {
    sub.option(`--${name} <${value}>`, description);
  }
  for (const { name, description } of command.flags ?? []) sub.option(`--${name}`, description);
  if (command.takesSettings) {
    const option = new Option('--set <name=value>', 'a setting, see "xpane workspace show"; may be repeated');
    sub.addOption(option.argParser(collectSetting));
  }
  if (command.takesYes) sub.option('--yes', 'do not ask');
  if (command.takesWorkspace) sub.option('--workspace <id>', 'which workspace, see "xpane status"');
  if (command.takesWait) sub.option('--wait', 'return only when it is done');
  if (command.takesForce) sub.option('--force', command.takesForce);
  sub.addOption(new Option('--timeout <seconds>', 'longest wait').argParser(seconds));
  sub.option('--json', 'print one JSON object, for programs');
  const examples = command.examples.map((example) => `  ${example}`).join('\n');
  return sub.addHelpText('after', `\nExamples:\n${examples}\n\n${exitCodeHelp()}`);
}

async function runCommand(
  command: Command,
  input: CommandInput,
  options: Options,
  house: House,
  output: Output,
): Promise<number> {
  const clients: ServiceClient[] = [];
  const owned = async (opening: Promise<ServiceClient>) => {
    const client = await opening;
    clients.push(client);
    return client;
  };
  const { self, paths, env } = house;
  const context: CommandContext = {
    house,
    output,
    callOptions: options.timeout === undefined ? {} : { timeoutMs: options.timeout * 1000 },
    connect: () => owned(connectService(paths.runtime)),
    start: () => owned(startService({ self, paths, env })),
  };
  try {
    return await command.run(context, input);
  } finally {
    for (const client of clients) client.close();
  }
}

/** A reader that closes early ("xpane apps | head") is not a mistake. */
function onStreamError(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 86_400)) throw new InvalidArgumentError('Give seconds, up to a day.');
  return value;
}

function collectSetting(text: string, before: Readonly<Record<string, string>> = {}) {
  return { ...before, ...settingIn(text) };
}

function usageError({ message }: CommanderError): XPaneError {
  const what = sentence(message.replace(/^error: /, '').replaceAll('\n', ' '));
  return new XPaneError(
    'usage.invalid',
    /[.?!)]$/.test(what) ? what : `${what}.`,
    'See "xpane --help", or "xpane COMMAND --help".',
  );
}

function sentence(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function exitCodeHelp(): string {
  const rows = Object.entries(exitCodeMeanings).map(([code, meaning]) => `  ${code}  ${meaning}`);
  return ['Exit codes:', ...rows].join('\n');
}
