import type { TestPage } from './browsers/test-page.js';
import { type PageApi, probeName } from './page-api.js';

/** Calls a function of the probe; the page has to have been given the probe as an init script. */
export async function callProbe<Name extends keyof PageApi>(
  page: TestPage,
  name: Name,
  ...parameters: Parameters<PageApi[Name]>
): Promise<Awaited<ReturnType<PageApi[Name]>>> {
  const list = parameters.map((parameter) => JSON.stringify(parameter)).join(', ');
  const value = await page.evaluate(`${probeName}.${name}(${list})`);
  return value as Awaited<ReturnType<PageApi[Name]>>;
}
