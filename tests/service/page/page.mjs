// SPDX-License-Identifier: Apache-2.0
// The page in a browser without a window: what a person sees, in light and dark, with the keyboard.
//
//     node page.mjs COORDINATOR FAKE_INSTALLATION NODE_MODULES FOLDER
//
// Leaves light.png and dark.png in FOLDER for people to look at.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { tmpdir } from "node:os";

const [coordinator, fakeInstallation, modules, folder] = process.argv.slice(2);
const { chromium } = createRequire(resolve(modules, "x.js"))("playwright-core");

const reader = "reader-token-0123456789";
const rtcToken = "rtc-token-0123456789";
const markup = "<b>bold</b>";
const running = [];
const home = mkdtempSync(join(tmpdir(), "vitals-page-"));

function start(program, ...words) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { stdio: ["ignore", "pipe", "ignore"] });
    running.push(child);
    child.stdout.once("data", (line) => resolve(String(line).trim()));
    child.once("exit", (code) => reject(new Error(`${program} ended with ${code}`)));
  });
}

async function until(what) {
  for (let tries = 0; tries < 600; ++tries) {
    if (await what()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`did not come: ${what}`);
}

async function startAll() {
  const fakes = [
    await start(fakeInstallation, "--hosts", "40", "--prefix", "rtc-"),
    await start(fakeInstallation, "--hosts", "40", "--first", "101", "--prefix", "yc-"),
    await start(fakeInstallation, "--hosts", "40", "--first", "201", "--prefix", "il-"),
  ];
  writeFileSync(join(home, "rtc.tokens"), rtcToken + "\n");
  writeFileSync(join(home, "yc.tokens"), "yc-token-0123456789\n");
  writeFileSync(join(home, "reader.tokens"), reader + "\n");
  writeFileSync(join(home, "c.yaml"), `
reader_tokens: reader.tokens
installations:
  rtc: {type: calls, bot: main, tokens: rtc.tokens, url: "${fakes[0]}", poll_period: 1s, stale_after: 1m}
  yc: {type: calls, bot: main, tokens: yc.tokens, url: "${fakes[1]}", poll_period: 1s}
  il: {type: polled, bot: il, url: "${fakes[2]}", poll_period: 1s, stale_after: 1m}
`);
  const base = await start(coordinator, "serve", "--config", join(home, "c.yaml"), "--db",
    join(home, "d"), "--listen", "127.0.0.1:0", "--monitor-period", "1s");
  return { fakes, base };
}

const get = async (url) => (await fetch(url, { headers: { Authorization: `Bearer ${reader}` } })).json();
const tell = (fake, what) =>
  fetch(fake.replace("/v1/hosts", "/control/") + what, { method: "POST" });

// A conflict, an orphan, a refusal, and an installation that became stale.
async function makeTrouble({ fakes, base }) {
  await until(async () => (await get(base + "v1/installations")).installations.every((i) => i.fresh));
  await tell(fakes[0], "add/101/" + encodeURIComponent(markup));
  await tell(fakes[0], "drop/7");
  await until(async () => (await get(base + "v1/conflicts")).conflicts.length > 0);
  await until(async () => (await get(base + "v1/orphans")).orphans.length > 0);
  await fetch(base + "v1/installations/rtc/hosts", {
    method: "POST",
    headers: { Authorization: `Bearer ${rtcToken}`, "Content-Type": "application/json" },
    body: JSON.stringify({ hosts: [{ inv: 120, name: "wanted" }] }),
  });
  await tell(fakes[1], "garbage");
  await until(async () =>
    (await get(base + "v1/installations")).installations.some((i) => !i.fresh));
}

async function look(browser, base, colorScheme) {
  const page = await browser.newPage({ colorScheme, viewport: { width: 1280, height: 900 } });
  const wrong = [];
  page.on("pageerror", (error) => wrong.push(String(error)));
  page.on("request", (request) => {
    if (!request.url().startsWith(base)) wrong.push("asks elsewhere: " + request.url());
  });
  await page.goto(base);
  await page.waitForSelector("#who:not([hidden])");
  assert.equal(await page.textContent("#state"), "A token is needed");
  await page.waitForFunction(() => document.activeElement.id === "token");
  await page.keyboard.type("a-token-of-nobody-01");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("#state").textContent.includes("Nobody"));
  await page.fill("#token", reader);
  await page.press("#token", "Enter");
  await page.waitForSelector("#conflicts-table table");
  assert.match(await page.textContent("#state"), /^As of \d{4}-\d\d-\d\d \d\d:\d\d:\d\d/);
  const table = async (name) => (await page.innerText(`#${name}-table`)).replace(/\s+/g, " ");
  assert.match(await table("installations"), /rtc calls main fresh, \d+ s old/);
  assert.match(await table("installations"), /yc calls main stale, .* polls failed: page 1/);
  assert.match(await table("installations"), /il polled il fresh/);
  assert.match(await table("conflicts"), /inventory number 101 main .*rtc .*yc/);
  assert.match(await table("orphans"), /7 main rtc-7 rtc its listing does not show it any more/);
  assert.match(await table("refusals"), /rtc 127\.0\.0\.1 add 120 wanted inv_held yc, since/);
  assert.equal(await page.textContent("#conflicts-count"), "(1)");
  assert.equal(await page.locator("main b").count(), 0, "what hosts are called is no markup");
  for (const [key, id] of [["2", "conflicts"], ["4", "refusals"], ["1", "installations"]]) {
    await page.keyboard.press(key);
    assert.equal(await page.evaluate(() => document.activeElement.id), id);
  }
  await page.reload();
  await page.waitForSelector("#conflicts-table table");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  const [front, back] = await page.evaluate(() => {
    const style = getComputedStyle(document.body);
    return [style.color, style.backgroundColor];
  });
  assert.ok(contrast(front, back) > 7, `${front} on ${back}`);
  await page.keyboard.press("2");
  await page.screenshot({ path: join(folder, `${colorScheme}.png`), fullPage: true });
  assert.deepEqual(wrong, []);
  await page.close();
  return back;
}

// As WCAG 2 measures it.
function contrast(...colors) {
  const light = colors.map((color) => {
    const [r, g, b] = color.match(/\d+/g).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }).sort((a, b) => b - a);
  return (light[0] + 0.05) / (light[1] + 0.05);
}

let browser;
try {
  mkdirSync(folder, { recursive: true });
  const started = await startAll();
  await makeTrouble(started);
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  const light = await look(browser, started.base, "light");
  const dark = await look(browser, started.base, "dark");
  assert.notEqual(light, dark);
  console.log(`seen in light and dark; pictures in ${folder}`);
} finally {
  if (browser) await browser.close();
  for (const child of running) {
    child.removeAllListeners("exit");
    child.kill();
  }
  rmSync(home, { recursive: true, force: true });
}
