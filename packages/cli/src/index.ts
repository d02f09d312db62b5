export { COMMANDS } from './commands.ts';
export { runProgram } from './program.ts';
export type { Io, TextSink } from './io.ts';
