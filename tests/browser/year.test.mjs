// The whole demonstration year in a real browser: an approval returned with a reason, submitted again, withdrawn, and signed at last by
// a delegate; and eight figures of the report, whose lists are counted and added up on the pages.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Site, act, openBrowser, signIn } from "./site.mjs";

const TODAY = "2024-12-31";
const site = new Site();
let browser;

before(async () => {
  site.fill(TODAY, true);
  await site.serve(TODAY);
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await site.remove();
});

async function signedIn(login) {
  const page = await (await browser.newContext({ locale: "zh-CN" })).newPage();
  page.setDefaultTimeout(8000);
  await signIn(page, site, login);
  return page;
}

const text = (page) => page.locator("main").innerText();

/** Presses a button and waits for the page that answers. */
async function press(page, name) {
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name, exact: true }).click()]);
}

test("an approval goes back, comes again and is signed for another", async () => {
  const leader = await signedIn("xujing-squad-leader");
  const officer = await signedIn(site.logins.find((l) => /^xujing-\d+$/.test(l.login)).login);
  const head = await signedIn("xujing-head");
  const other = site.logins.find((l) => l.login === "xujing-squad-legal-officer");
  const delegate = await signedIn(other.login);
  const name = (login) => site.logins.find((l) => l.login === login).who.split(" ").pop();

  // The demonstration leaves the leader something to sign. It goes back, with the reason.
  await leader.goto(`${site.url}/office/approvals`);
  await leader.locator("tbody a.t").first().click();
  await leader.waitForURL(/approvals\/\d+$/);
  const first = leader.url();
  const id = (await leader.getByRole("link", { name: "看案件" }).getAttribute("href")).match(/\d+$/)[0];
  await leader.locator("summary", { hasText: "退回" }).click();
  await press(leader, "退回提交人");
  assert.match(await leader.locator("#errors").innerText(), /退回应当写明理由/);
  await leader.getByLabel("退回理由").fill("请写明改正情况。");
  await press(leader, "退回提交人");
  assert.match(await text(leader), /已退回[\s\S]*退回：请写明改正情况。/);

  // Submitted again and withdrawn; while it is open a second one is refused.
  const closing = { summary: "罚款已缴清，现场已复查改正。" };
  assert.equal(await act(officer, site, id, "Closed", "case", closing), null);
  const second = officer.url();
  assert.notEqual(second, first);
  assert.match(await act(officer, site, id, "Closed", "case", closing), /已经提交审批/);
  await officer.goto(second);
  await press(officer, "撤回审批");
  assert.match(await text(officer), /已撤回/);

  // The third is signed by the leader, then by whom the head asked to sign for the days of an absence.
  assert.equal(await act(officer, site, id, "Closed", "case", closing), null);
  const third = officer.url();
  await leader.goto(third);
  await press(leader, "同意");
  await delegate.goto(third);
  assert.equal(await delegate.getByRole("button", { name: "同意" }).count(), 0);
  await head.goto(`${site.url}/office/delegations`);
  const choice = head.locator("#to_person option", { hasText: name(other.login) });
  await head.locator("#to_person").selectOption(await choice.getAttribute("value"));
  await head.locator("#to").fill("2025-01-10");
  await press(head, "委托");
  assert.match(await text(head), new RegExp(`委托给 ${name(other.login)}[\\s\\S]*有效`));
  await delegate.goto(third);
  assert.match(await text(delegate), new RegExp(`受 ${name("xujing-head")} 委托`));
  await press(delegate, "同意");
  assert.match(delegate.url(), new RegExp(`/office/cases/${id}#act-\\d+$`));
  assert.match(await text(delegate), /已结案/);
  await delegate.goto(third);
  assert.match(await text(delegate), new RegExp(`已办理[\\s\\S]*${name(other.login)}（受${name("xujing-head")}委托）`));
  await head.goto(`${site.url}/office/delegations`);
  await press(head, "撤销");
  assert.equal(await head.getByRole("button", { name: "撤销" }).count(), 0);
  await site.stop();
  assert.match(site.run("verify"), /\d/);
});

/** Every row of a list, page by page, as cells by the label of their column. */
async function list(page, id) {
  const rows = [];
  await page.goto(`${site.url}/office/report/2024?until=2024-11-21`);
  await page.locator(`a[href*="/${id}?"]`).first().click();
  await page.waitForLoadState();
  for (;;) {
    const heads = await page.locator("table thead th").allInnerTexts();
    const cells = await page.locator("table tbody tr").evaluateAll((trs) => trs.map((tr) => [...tr.cells].map((c) => c.innerText.trim())));
    rows.push(...cells.map((row) => Object.fromEntries(row.map((cell, at) => [heads[at].trim(), cell]))));
    const next = page.getByRole("link", { name: "下一页" });
    if (!(await next.count())) return rows;
    await next.click();
    await page.waitForLoadState();
  }
}

const sum = (rows, label) =>
  rows.reduce((total, row) => {
    assert.ok(row[label] !== undefined, `no column ${label} among ${Object.keys(row).join("、")}`);
    return total + Number(row[label].replace(/[^\d.]/g, ""));
  }, 0);

test("eight figures of the year open their lists, which count and add up", async () => {
  await site.serve(TODAY);
  const page = await signedIn(site.login("法制审核人员"));
  const told = await (await page.goto(`${site.url}/office/report/2024?until=2024-11-21`)) && (await page.locator("main").innerText());
  for (const words of ["646件", "338.3万元", "9800余人次", "1875件", "2144件", "21万元"]) assert.ok(told.includes(words), words);

  assert.equal((await list(page, "campaign.thunder.cases")).length, 646);
  assert.equal(sum(await list(page, "campaign.thunder.fines"), "罚款"), 3_383_000);
  assert.equal(sum(await list(page, "campaign.thunder.person_times"), "人数"), 9_846);
  assert.equal(sum(await list(page, "transfer.fines"), "罚款"), 210_000);
  assert.equal((await list(page, "training.person_times")).length, 608);
  assert.equal((await list(page, "ticket.12345")).length, 2_144);
  const published = await list(page, "case.ordinary_published");
  assert.equal(published.length, 1_875);
  const checked = await list(page, "supervision.recordings_checked");
  assert.equal(new Set(checked.map((row) => row["案件"])).size, 476);
});

test("an independent program finds the same 44 figures and 5 claims in the journal, at two dates", async () => {
  await site.stop();
  const [journal, reports] = ["journal.jsonl", "reports.json"].map((name) => join(site.folder, name));
  site.run("export", "journal", "--out", journal);
  const at = (until) => JSON.parse(site.run("report", "2024", "--until", until, "--format", "json"));
  const made = ["2024-11-21", "2024-12-31"].map(at);
  assert.ok(made[0].figures.length >= 44 && made[0].claims.length >= 5);
  const moved = made[0].figures.filter((f, n) => f.value !== made[1].figures[n].value).length;
  assert.ok(moved > 20, "a report that stopped on the wrong day would show");
  writeFileSync(reports, JSON.stringify(made));
  const program = fileURLToPath(new URL("../recompute/recompute.mjs", import.meta.url));
  console.log(execFileSync("node", [program, journal, "--compare", reports], { encoding: "utf8" }).trim());
});
