// The desk's day, by keyboard alone: a call is registered while it is understood; the next caller about the same thing follows it; the squad goes there,
// drafts an answer, the leader answers both; the caller is asked and not satisfied, and it is looked at again.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Site, openBrowser, signIn } from "./site.mjs";

const DAY = "2024-11-22";
const site = new Site();
let browser;

before(async () => {
  site.fill(DAY);
  await site.serve(DAY);
  browser = await openBrowser();
}, { timeout: 240_000 });

after(async () => {
  await browser?.close();
  await site.remove();
});

async function signedIn(login) {
  const page = await (await browser.newContext({ locale: "zh-CN", viewport: { width: 1440, height: 900 } })).newPage();
  page.setDefaultTimeout(15_000);
  await signIn(page, site, login);
  return page;
}

/** No page is wider than the window, at a desk and on a phone; pictures go where they are asked for. */
async function photo(page, name) {
  const folder = process.env.XIEZHI_PICTURES;
  if (folder) mkdirSync(folder, { recursive: true });
  for (const [width, viewport] of [["phone", { width: 390, height: 844 }], ["desk", { width: 1440, height: 900 }]]) {
    await page.setViewportSize(viewport);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(over, 0, `${name} is wider than the window at ${width} width`);
    if (folder) await page.screenshot({ path: join(folder, `${name}-${width}.png`), fullPage: true });
  }
}

/** Types into the fields of the form, from one to the next by the tabulator, and never touches the mouse. */
async function call(page, content, address, name, phone) {
  await page.goto(`${site.url}/office/tickets/new`);
  // The text has the cursor when the page opens: what is said is written first.
  assert.equal(await page.evaluate(() => document.activeElement.id), "content");
  await page.keyboard.type(content);
  await page.keyboard.press("Tab");
  await page.keyboard.type(address);
  await page.keyboard.press("Tab");
  await page.keyboard.type(name);
  await page.keyboard.press("Tab");
  const answered = page.waitForResponse((r) => r.url().endsWith("/understand") && r.request().postData().includes(encodeURIComponent(phone.slice(-4))));
  await page.keyboard.type(phone);
  await answered;
  await page.locator("#understood fieldset").first().waitFor();
}

test("a call is registered by keyboard alone, and what it says is understood while it is typed", { timeout: 120_000 }, async () => {
  const desk = await signedIn("qp-desk");
  const began = Date.now();
  await call(desk, "明珠路靠近地铁口每天晚上有七八个流动摊位卖炸串，占了人行道，推童车只能走马路", "徐泾镇明珠路", "罗女士", "13812340001");
  const panel = desk.locator("#understood");
  assert.match(await panel.textContent(), /设摊|摆摊/, "the matter is proposed");
  assert.match(await panel.textContent(), /徐泾镇综合行政执法队/, "so is the squad of the place");
  await photo(desk, "desk-new");
  await desk.keyboard.press("Control+Enter");
  await desk.waitForURL(/\/office\/tickets\/\d+$/);
  const seconds = (Date.now() - began) / 1000;
  assert.ok(seconds < 40, `registered in ${seconds.toFixed(1)} s`);
  await photo(desk, "desk-ticket");
  const body = await desk.textContent("main");
  assert.match(body, /办理中/);
  assert.match(body, /徐泾镇综合行政执法队/);
  assert.doesNotMatch(body, /13812340001/, "the number is masked");
  await desk.context().close();
});

test("the next caller about the same thing is met with it, joins it, and one answer goes to both", { timeout: 180_000 }, async () => {
  const desk = await signedIn("qp-desk");
  await call(desk, "明珠路地铁口晚上一排炸串摊，人行道走不过去，味道也大", "徐泾镇明珠路", "郑先生", "13812340002");
  const fellows = desk.locator("#understood input[name=join]");
  assert.ok((await fellows.count()) >= 2, "a fellow is shown, and “none of them”");
  await fellows.first().focus();
  await desk.keyboard.press("Space");
  await photo(desk, "desk-join");
  await desk.keyboard.press("Control+Enter");
  await desk.waitForURL(/\/office\/tickets\/\d+$/);
  const follower = desk.url();
  const body = await desk.textContent("main");
  assert.match(body, /并入/);
  const first = await desk.locator("main dd a", { hasText: /^第 \d+ 件诉求$/ }).first().getAttribute("href");

  const leader = await signedIn("xujing-squad-leader");
  await leader.goto(site.url + first);
  await photo(leader, "desk-leader");
  const act = async (key, fill) => {
    const form = leader.locator(`details#${key}`);
    if (!(await form.evaluate((d) => d.open))) await form.locator("summary").first().press("Enter");
    await fill(form);
    await form.locator(".form-actions button").press("Enter");
    await leader.waitForLoadState();
  };
  await act("contact", async (f) => {
    await f.locator("input[value=yes]").press("Space");
    await f.locator("textarea").fill("已电话联系，诉求人说摊位每晚七点以后出现。");
  });
  await act("inspect", async (f) => {
    await f.locator("input[value=true]").press("Space");
    await f.locator("textarea").fill("当晚八点到场，六个摊位当场劝离，已约定每晚巡查。");
  });
  await act("answer", async (f) => {
    assert.match(await f.locator("textarea").inputValue(), /现场核查/, "the answer is drafted from what was found");
    await f.locator("input[value=yes]").press("Space");
  });
  await act("close", async () => {});
  assert.match(await leader.textContent("main"), /已办结/);
  await desk.goto(follower);
  const told = await desk.textContent("main");
  assert.match(told, /已办结/, "one answer went to both, and both are closed");
  await photo(desk, "desk-follower");
  await act("call_back", async (f) => {
    await f.locator("input[name=solved][value=no]").press("Space");
    await f.locator("input[name=satisfied][value=no]").press("Space");
  });
  await act("reopen", async (f) => f.locator("textarea").fill("诉求人说摊位第二天又来了，这次要固定值守。"));
  const again = await leader.textContent("main");
  assert.match(again, /重新办理答复/, "the term of handling it once more runs");
  await photo(leader, "desk-again");
  await desk.context().close();
  await leader.context().close();
});

test("a change of the rules is tried on the past before it stands", { timeout: 120_000 }, async () => {
  const desk = await signedIn("qp-desk");
  await desk.goto(`${site.url}/office/dispatch`);
  await desk.fill("#id_1", "夜间摊贩");
  await desk.selectOption("#unit_1", { label: "机动中队" }).catch(async () => {
    const labels = await desk.locator("#unit_1 option").allTextContents();
    await desk.selectOption("#unit_1", { label: labels.find((l) => l.includes("机动")) });
  });
  await desk.fill("#why_1", "夜间摊贩由机动中队值守");
  await desk.fill("#matters_1", "A01");
  await desk.fill("#from", "2024-10-22");
  await desk.click("button[value=try]");
  await desk.locator("#trial").waitFor();
  const trial = await desk.textContent("#trial");
  const moved = Number(trial.match(/(\d+)\s*件会派给别的单位/)[1]);
  assert.ok(moved > 0, "tickets of the month would have gone elsewhere");
  await photo(desk, "dispatch-trial");
  await desk.goto(`${site.url}/office/dispatch`);
  assert.equal(await desk.inputValue("#id_1"), "", "a trial changes nothing");
  await photo(desk, "dispatch");
  await desk.context().close();
});
