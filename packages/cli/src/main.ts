import { dirname } from 'node:path';
import { keepCompiledCode } from './compile-cache.ts';

keepCompiledCode(dirname(import.meta.dirname), process.env);
// Imported only now, so that what they bring along is found compiled.
const { processIo } = await import('./process-io.ts');
const { runProgram } = await import('./program.ts');

process.exitCode = await runProgram(process.argv.slice(2), processIo());
