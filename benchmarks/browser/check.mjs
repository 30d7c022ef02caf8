// Drives a report in Chromium: what works, what axe-core finds, how long a search takes, and pictures to look at.
//   node check.mjs MODULES CHROMIUM PICTURES SITE SEARCHED PAGE...
// SITE is looked at, PAGE are those of it that axe reads, SEARCHED is a report with many rows. Prints JSON.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { extname, join, normalize } from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, chromium, pictures, site, searched, ...pages] = process.argv.slice(2);
const require = createRequire(join(modules, 'package.json'));
const { chromium: browsers } = require('playwright-core');
const AXE = readFileSync(join(modules, 'node_modules/axe-core/axe.min.js'), 'utf8');
const TYPES = { '.css': 'text/css', '.html': 'text/html', '.js': 'text/javascript', '.svg': 'image/svg+xml' };
const WIDTHS = [360, 768, 1280];
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

const told = { checks: {}, console: [], axe: [], overflow: [], shift: {}, search: {} };
const browser = await browsers.launch({ executablePath: chromium, args: ARGUMENTS });
const server = createServer((request, response) => {
  const path = normalize(decodeURIComponent(new URL(request.url, 'http://localhost').pathname));
  try {
    const content = readFileSync(join(site, path));
    response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'text/plain' }).end(content);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const bases = { file: `${pathToFileURL(site)}/`, host: `http://127.0.0.1:${server.address().port}/` };

async function open(base, path, settings = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...settings });
  const page = await context.newPage();
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && told.console.push(`${path}: ${message.text()}`));
  page.on('pageerror', (error) => told.console.push(`${path}: ${error}`));
  // What a page that is left no longer waits for is no fault.
  page.on('requestfailed', (request) => request.failure().errorText !== 'net::ERR_ABORTED' && told.console.push(`${path}: not loaded: ${request.url()}`));
  page.on('request', (request) => !request.url().startsWith(base) && told.console.push(`${path}: asks for ${request.url()}`));
  await page.goto(base + path);
  return { context, page };
}

const status = (page) => page.locator('#status').innerText();
const first = async (page) => Number((await status(page)).match(/\d+/)[0]);
const focused = (page) => page.evaluate(() => document.activeElement.id || document.activeElement.tagName);

// What a reader does, from a folder and from a host.
for (const [name, base] of Object.entries(bases)) {
  const check = (what, holds) => {
    told.checks[`${name}: ${what}`] = Boolean(holds);
  };
  const { context, page } = await open(base, 'index.html');
  const all = await first(page);
  check('all examples are listed', all > 0 && (await page.locator('#list > li').count()) > 0);
  await page.keyboard.press('Tab');
  check('the first tab stop skips to the content', (await page.evaluate(() => document.activeElement.className)) === 'skip');
  await page.keyboard.press('/');
  check('/ goes to the search', (await focused(page)) === 'query');
  const title = await page.locator('#list h3 a span').first().innerText();
  await page.keyboard.type(title.toLowerCase());
  check('a title is found', (await first(page)) > 0 && (await first(page)) <= all);
  check('the title looked for comes first', (await page.locator('#list h3 a span').first().innerText()) === title);
  await page.keyboard.press('ArrowDown');
  check('the arrow goes to the first result', await page.evaluate(() => document.activeElement.matches('#list li:first-child h3 a')));
  await page.keyboard.press('ArrowUp');
  check('and back to the search', (await focused(page)) === 'query');
  await page.waitForFunction(() => location.hash.includes('q='));
  await page.waitForTimeout(400);
  const address = page.url();
  const count = await first(page);
  await page.fill('#query', 'zzzzqqqq');
  check('nothing found is told', (await first(page)) === 0 && (await page.locator('#nothing').isVisible()));
  await page.click('#clear');
  check('clear shows all', (await first(page)) === all);
  const other = await context.newPage();
  await other.goto(address);
  check('the address brings a search back', (await first(other)) === count && (await other.inputValue('#query')) !== '');
  await other.close();
  const facet = page.locator('[data-facet="language"] label').first();
  const promised = Number(await facet.locator('.count').innerText());
  await facet.click();
  check('a facet gives as many as its count', (await first(page)) === promised && page.url().includes('language='));
  await page.locator('[data-facet="level"] input').first().press('Space');
  check('facets work from the keyboard', (await page.locator('[data-facet="level"] input').first().isChecked()) && page.url().includes('level='));
  await page.goBack();
  check('back takes the last filter away', (await first(page)) === promised && !page.url().includes('level='));
  await page.click('#clear');
  for (const value of (await page.locator('[data-facet="has"] label').all()).slice(0, 2)) {
    const both = Number(await value.locator('.count').innerText());
    if (both === 0) continue;
    await value.click();
    check(`of what has to be there together as many as told, ${await value.innerText()}`.replace(/\s+\d*$/, ''), (await first(page)) === both);
  }
  await page.click('#clear');
  await page.click('#language');
  check('the language changes', (await page.evaluate(() => document.documentElement.lang)) === 'zh-Hans' && /示例/.test(await status(page)));
  await page.locator('#list h3 a').first().click();
  await page.waitForURL(/examples/);
  check('and is remembered', (await page.evaluate(() => document.documentElement.lang)) === 'zh-Hans');
  await page.goto(`${base}index.html?lang=en`);
  check('the address can say the language', (await page.evaluate(() => document.documentElement.lang)) === 'en');
  const proof = pages.find((path) => path.startsWith('examples/'));
  await page.goto(base + proof);
  const link = page.locator('#requirements td a[href^="#t"]').first();
  if (await link.count()) {
    const target = (await link.getAttribute('href')).slice(1);
    await link.click();
    check('a proof leads to the line of its test', await page.locator(`[id="${target}"]`).isVisible());
  }
  const copied = await page.evaluate(() => {
    const code = document.querySelector('#code pre code');
    getSelection().selectAllChildren(code);
    return [getSelection().toString().trimEnd(), code.textContent.trimEnd()];
  });
  check('selected code is the code', copied[0] === copied[1]);
  await context.close();
}
{
  const { context, page } = await open(bases.file, 'index.html', { javaScriptEnabled: false });
  told.checks['without scripts there is a way to all tasks'] = await page.locator('noscript a').isVisible();
  await page.goto(bases.file + pages.find((path) => path.startsWith('examples/')));
  told.checks['without scripts an example can be read'] = (await page.locator('#code pre').first().isVisible()) && !(await page.locator('h1 [lang="zh-Hans"]').isVisible());
  await context.close();
}

// axe-core, in both languages and colour schemes; layout that is wider than the window or moves.
{
  const { context, page } = await open(bases.file, 'index.html');
  await page.evaluate(AXE);
  await page.evaluate(() => document.querySelector('main').append(document.createElement('button')));
  const { violations } = await page.evaluate(() => axe.run(document, { preload: false }));
  told.checks['axe finds a planted fault'] = violations.some(({ id, impact }) => id === 'button-name' && impact === 'critical');
  await context.close();
}
for (const path of pages) {
  const { context, page } = await open(bases.file, path);
  await page.addInitScript(() => {
    window.moved = 0;
    new PerformanceObserver((entries) => entries.getEntries().forEach((one) => (window.moved += one.value))).observe({ type: 'layout-shift', buffered: true });
  });
  for (const language of ['en', 'zh']) {
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await page.goto(`${bases.file}${path}?lang=${language}`);
      await page.evaluate(() => document.querySelectorAll('details').forEach((one) => (one.open = true)));
      await page.evaluate(AXE);
      const { violations } = await page.evaluate(() => axe.run(document, { iframes: false, preload: false, resultTypes: ['violations'] }));
      for (const { id, impact, nodes } of violations) {
        told.axe.push({ page: path, language, colorScheme, id, impact, nodes: nodes.length, first: nodes[0].target.join(' '), why: nodes[0].any[0]?.message ?? nodes[0].failureSummary });
      }
    }
  }
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    for (const [language, colorScheme] of [['en', 'light'], ['zh', 'dark']]) {
      await page.emulateMedia({ colorScheme });
      await page.goto(`${bases.file}${path}?lang=${language}`);
      await page.waitForTimeout(200);
      told.shift[`${path} ${width} ${language}`] = await page.evaluate(() => window.moved);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (wide > 0) told.overflow.push(`${path} at ${width} is ${wide} px too wide`);
      if (pictures !== '-') await page.screenshot({ path: join(pictures, `${path.replace(/\W+/g, '-')}-${width}-${language}-${colorScheme}.png`), fullPage: true });
    }
  }
  await context.close();
}

// From a key pressed to the results painted, with many rows.
{
  const { context, page } = await open(`${pathToFileURL(searched)}/`, 'index.html');
  told.search.rows = await first(page);
  told.search.ready = await page.evaluate(() => performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd);
  await page.evaluate(() => {
    window.taken = [];
    // A frame after the one in which it is drawn: then it has been handed to the screen.
    addEventListener('input', (event) => {
      const began = event.timeStamp;
      requestAnimationFrame(() => setTimeout(() => window.taken.push(performance.now() - began), 0));
    }, true);
  });
  for (const text of ['sorted list', 'http client retry', 'python', '排序', 'transactions notes', 'e']) {
    await page.focus('#query');
    for (const letter of text) {
      await page.keyboard.insertText(letter);
      await page.waitForTimeout(30);
    }
    for (const _ of text) {
      await page.keyboard.press('Backspace');
      await page.waitForTimeout(30);
    }
  }
  const taken = (await page.evaluate(() => window.taken)).sort((a, b) => a - b);
  const quantile = (share) => Math.round(taken[Math.min(taken.length - 1, Math.floor(share * taken.length))] * 10) / 10;
  Object.assign(told.search, { keystrokes: taken.length, p50: quantile(0.5), p95: quantile(0.95), max: quantile(1) });
  await context.close();
}
server.close();
await browser.close();
console.log(JSON.stringify(told, null, 1));
