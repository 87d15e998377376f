import type { Command, Operand, Option } from './command.ts';

/** `gandi-agent disk detach [--force] DISK`, from the words that call the command and its table. */
export function usageLine(call: string, command: Command): string {
  return usageParts(call, command).join(' ');
}

/** The parts between which a line may be broken. */
export function usageParts(call: string, { options, operands }: Command): string[] {
  const dependents = Object.values(options).map(({ needs }) => needs);
  const named = Object.entries(options)
    .filter(([, { needs }]) => needs === undefined)
    .map(([name, option]) => {
      const inner = dependents.includes(name) ? ` ${dependentsOf(name, options)}` : '';
      return bracketed(`${optionWords(name, option)}${inner}`, !option.isRequired);
    });
  return [call, ...named, ...Object.values(operands).map(operandWord)];
}

/** `--root DIR` */
export function optionWords(name: string, { value }: Option): string {
  return value === undefined ? `--${name}` : `--${name} ${value.hint}`;
}

function dependentsOf(name: string, options: Command['options']): string {
  return Object.entries(options)
    .filter(([, { needs }]) => needs === name)
    .map(([dependent, option]) => bracketed(optionWords(dependent, option), true))
    .join(' ');
}

function operandWord({ hint, isOptional }: Operand): string {
  return bracketed(hint, isOptional ?? false);
}

function bracketed(words: string, isOptional: boolean): string {
  return isOptional ? `[${words}]` : words;
}
