// Reads the Dockerfile beside this file: as much of its language as it uses, and whatever else is an error.
import { readFileSync } from 'node:fs';

/**
 * @typedef {object} Instruction
 * @property {string} name In capitals: `RUN`.
 * @property {Record<string, string>} flags Of `--from=build`; a flag given without a value has ''.
 * @property {string} text What follows the flags.
 * @property {string[]} words The same, in words: of a JSON array its members.
 */

/**
 * @typedef {object} Stage
 * @property {string} name Empty for one without.
 * @property {string} image As it is written, with its argument put in.
 * @property {Instruction[]} instructions Those after FROM.
 */

const INSTRUCTIONS = new Set(
  'CMD COPY ENTRYPOINT ENV EXPOSE HEALTHCHECK LABEL RUN STOPSIGNAL USER VOLUME WORKDIR'.split(' '),
);

/** A step of Debian's package manager, which changes the system itself and so is left to Docker. */
export const SYSTEM_STEP =
  /^apt-get update && apt-get install --yes --no-install-recommends ([a-z0-9.+ -]+) && rm -rf \/var\/lib\/apt\/lists\/\*$/;

/** The stages of a Dockerfile. Throws on what is not understood. @returns {Stage[]} */
export function readDockerfile(path) {
  const stages = [];
  const args = new Map();
  for (const line of linesOf(readFileSync(path, 'utf8'))) {
    const instruction = parseInstruction(line);
    const { name, text, words } = instruction;
    if (name === 'ARG' && stages.length === 0) {
      const [key = '', value] = text.split(/=(.*)/s);
      args.set(key, value ?? '');
    } else if (name === 'FROM') {
      const [image = '', as, stage = ''] = words;
      if (as !== undefined && as !== 'AS') throw new Error(`Dockerfile: ${line}`);
      const filled = image.replaceAll(/\$\{(\w+)\}/g, (_whole, key) => args.get(key) ?? '');
      stages.push({ name: stage, image: filled, instructions: [] });
    } else if (INSTRUCTIONS.has(name) && stages.length > 0) {
      stages.at(-1).instructions.push(instruction);
    } else {
      throw new Error(`Dockerfile: ${line}`);
    }
  }
  return stages;
}

/** Lines without comments, each with those that go on with it. */
function linesOf(text) {
  const lines = text.split('\n').filter((line) => !/^\s*#/.test(line));
  return lines
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function parseInstruction(line) {
  const [, name = '', rest = ''] = /^(\S+)\s+(.*)$/s.exec(line) ?? [];
  const flags = {};
  let text = rest;
  for (;;) {
    const found = /^--([a-z-]+)(?:=(\S*))?\s+/.exec(text);
    if (found === null) break;
    flags[found[1]] = found[2] ?? '';
    text = text.slice(found[0].length);
  }
  return { name: name.toUpperCase(), flags, text, words: wordsOf(text) };
}

function wordsOf(text) {
  if (!text.startsWith('[')) return text.split(/\s+/);
  const words = JSON.parse(text);
  if (!Array.isArray(words) || words.some((word) => typeof word !== 'string')) {
    throw new Error(`Dockerfile: ${text}`);
  }
  return words;
}

/** Names and values of an ENV instruction. @returns {[string, string][]} */
export function environmentOf({ words }) {
  return words.map((word) => {
    const [name = '', value] = word.split(/=(.*)/s);
    if (value === undefined || /["'$]/.test(value)) throw new Error(`Dockerfile: ENV ${word}`);
    return [name, value];
  });
}

/** The instructions of one kind in a stage. @returns {Instruction[]} */
export function instructionsOf(stage, name) {
  return stage.instructions.filter((instruction) => instruction.name === name);
}
