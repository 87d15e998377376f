// `make mutate [FILES=]`: shows which changes of the planners no unit test notices, and the share of those that one does.
import { planners } from './planners.ts';
import { type FileResult, runMutants } from './run-mutants.ts';
import { scoreOf } from './score.ts';

const leastPercent = 85;
const files = process.env.FILES?.split(/\s+/).filter((file) => file !== '') ?? [];

const results: FileResult[] = [];
for (const file of files.length > 0 ? files : planners) {
  const start = performance.now();
  const result = await runMutants(file);
  results.push(result);
  for (const { line, before, after } of result.survivors)
    console.log(`  ${file}:${line}  ${onOneLine(before)}  ->  ${onOneLine(after)}`);
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  console.log(`${file}: ${result.mutants - result.survivors.length} of ${result.mutants} noticed, ${seconds} s`);
}
const score = scoreOf(results);
console.log(`${score.mutants} mutants, ${score.noticed} noticed: ${score.percent.toFixed(1)} %`);
process.exitCode = score.percent >= leastPercent ? 0 : 1;

function onOneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 90 ? `${line.slice(0, 90)}…` : line;
}
