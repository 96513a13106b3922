// Takes the pictures of docs/screens: every page at desk and phone width, from a freshly filled demonstration.
// node tests/browser/screens.mjs [FOLDER]
import { mkdirSync } from "node:fs";
import { Site, act, openBrowser, signIn } from "./site.mjs";
import { photo } from "./walk.mjs";

const folder = process.argv[2] ?? "docs/screens";
mkdirSync(folder, { recursive: true });

/** The whole year is filled, and the site stands on the morning after; the report is that of the day the official one counts to. */
const [LAST, DAY, REPORT] = ["2024-12-31", "2025-01-01", "2024-11-21"];

/** Name, path, who looks at it. */
const PAGES = [
  ["home", "/", null],
  ["decisions", "/decisions", null],
  ["verify", "/v", null],
  ["sign-in", "/office/sign-in", null],
  ["workbench", "/office", "officer"],
  ["cases", "/office/cases", "officer"],
  ["case", "/office/cases/OPEN", "officer"],
  ["act", "/office/cases/OPEN?act=NEXT", "officer"],
  ["dossier", "/office/cases/OPEN/dossier?pages=1", "officer"],
  ["check", "/check", null],
  ["case-new", "/office/cases/new", "officer"],
  ["spot", "/office/spot", "officer"],
  ["spot-form", "/office/spot?matter=A01", "officer"],
  ["evidence", "/office/cases/OPEN/evidence", "officer"],
  ["reviews", "/office/reviews", "reviewer"],
  ["review", "/office/reviews/REVIEW", "reviewer"],
  ["hearings", "/office/hearings?month=2024-11", "reviewer"],
  ["payments", "/office/payments", "officer"],
  ["case-import", "/office/cases/import", "reviewer"],
  ["outbox", "/office/outbox", "officer"],
  ["tickets", "/office/tickets", "desk"],
  ["ticket", "/office/tickets/TICKET", "desk"],
  ["ticket-new", "/office/tickets/new", "desk"],
  ["import", "/office/tickets/import", "desk"],
  ["registers", "/office/registers", "reviewer"],
  ["register", "/office/registers/outreach", "reviewer"],
  ["record", "/office/registers/dispute/2", "reviewer"],
  ["record-form", "/office/registers/dispute/2?edit=1", "reviewer"],
  ["register-evaluations", "/office/registers/file_evaluation", "reviewer"],
  ["record-action", "/office/registers/campaign_action/1", "reviewer"],
  ["record-evaluation", "/office/registers/file_evaluation/1", "reviewer"],
  ["report", `/office/report/2024?until=${REPORT}`, "reviewer"],
  ["template", "/office/report/template", "reviewer"],
  ["figure", `/office/report/2024/case.ordinary_published?until=${REPORT}`, "reviewer"],
  ["document", "/office/documents/CODE", "officer"],
  ["numbers", "/office/documents/numbers", "officer"],
  ["scans", "/office/documents/scans", "officer"],
  ["seals", "/office/documents/seals", "head"],
  ["law", "/office/law", "reviewer"],
  ["matter", "/office/law/C07", "reviewer"],
  ["matter-tiers", "/office/law/D14", "reviewer"],
  ["rules", "/office/law?tab=rules", "reviewer"],
  ["rule", "/office/law/rules/D2", "reviewer"],
  ["statutes", "/office/law?tab=statutes", "reviewer"],
  ["statute", "/office/law/statutes/sr22", "reviewer"],
  ["statute-import", "/office/law/import", "reviewer"],
  ["like-decisions", "/office/law/A01/decisions?fine=500%E5%85%83", "reviewer"],
  ["organs", "/office/organs", "reviewer"],
  ["refusals", "/office/refusals", "reviewer"],
  ["lookups", "/office/lookups", "auditor"],
  ["approvals", "/office/approvals?tab=unit", "leader"],
  ["approval", "/office/approvals/APPROVAL", "leader"],
  ["delegations", "/office/delegations", "head"],
  ["search", "/office/search?q=%E5%BB%BA%E7%AD%91%E5%9E%83%E5%9C%BE", "reviewer"],
];
const WIDTHS = { desk: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

const site = new Site();
site.fill(LAST, true);
await site.serve(DAY);
const browser = await openBrowser();
const officer = site.logins.find((l) => /^xujing-\d+$/.test(l.login)).login;
const signIns = {
  officer, desk: "qp-desk", reviewer: "qp-law-legal-reviewer", auditor: "qp-audit-administrator", head: "xujing-head", leader: "xujing-squad-leader",
};
const contexts = {};
for (const [who, login] of Object.entries({ nobody: null, ...signIns })) {
  contexts[who] = await browser.newContext({ locale: "zh-CN" });
  if (login) {
    const page = await contexts[who].newPage();
    await signIn(page, site, login);
    await page.close();
  }
}
const probe = await contexts.officer.newPage();
probe.setDefaultTimeout(5000);
await probe.goto(`${site.url}/office/cases?state=open&order=due`);
// The fullest of the cases that are due soon, with a photograph in it.
const due = await probe.locator("tbody a.t").evaluateAll((all) => all.slice(0, 25).map((a) => a.getAttribute("href").match(/\d+/)[0]));
let [open, most] = [due[0], 0];
for (const id of due) {
  await probe.goto(`${site.url}/office/cases/${id}`);
  const acts = await probe.locator(".tl > li").count();
  if (acts > most && (await probe.locator(".gate .can + span a").count())) [open, most] = [id, acts];
}
const taken = { sort: "视听资料", name: "现场照片", source: "执法人员拍摄", files: { name: "现场.png", mimeType: "image/png", buffer: photo(1) } };
await act(probe, site, open, "EvidenceTaken", "case", taken);
await probe.goto(`${site.url}/office/cases/${open}`);
const next = (await probe.locator(".gate .can + span a").first().getAttribute("href")).match(/act=([^#]+)/)[1];
const code = (await probe.locator(".docs a").first().getAttribute("href")).split("/").pop();
await probe.close();
const desk = await contexts.desk.newPage();
desk.setDefaultTimeout(5000);
await desk.goto(`${site.url}/office/tickets`);
const ticket = (await desk.locator("tbody a.t").first().getAttribute("href")).match(/\d+/)[0];
// So that there is a lookup to be seen.
await desk.goto(`${site.url}/office/tickets/${ticket}`);
const masked = desk.locator('form:has(input[name="act"][value="unmask"])');
if (await masked.count()) {
  await masked.locator("xpath=ancestor::details").locator("summary").click();
  await masked.locator('input[name="reason"]').fill("联系不上，核对号码后约到场时间");
  await masked.locator("button").click();
}
await desk.close();
const reviewer = await contexts.reviewer.newPage();
reviewer.setDefaultTimeout(5000);
await reviewer.goto(`${site.url}/office/reviews`);
const waits = reviewer.locator("tbody a.t").first();
const review = (await waits.count()) ? (await waits.getAttribute("href")).match(/\d+/)[0] : open;
await reviewer.close();
const leader = await contexts.leader.newPage();
leader.setDefaultTimeout(5000);
await leader.goto(`${site.url}/office/approvals`);
const approval = (await leader.locator("tbody a.t").first().getAttribute("href")).match(/\d+/)[0];
await leader.close();
for (const [name, path, who] of PAGES) {
  const page = await contexts[who ?? "nobody"].newPage();
  for (const [width, viewport] of Object.entries(WIDTHS)) {
    await page.setViewportSize(viewport);
    await page.goto(site.url + path.replace("OPEN", open).replace("REVIEW", review).replace("NEXT", next).replace("CODE", code).replace("TICKET", ticket).replace("APPROVAL", approval));
    if (path.includes("#") || name === "act") await page.evaluate(() => document.querySelector("#form")?.scrollIntoView());
    if (["document", "review"].includes(name)) await page.waitForTimeout(2500); // the PDF viewer draws late
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 0) console.log(`${name} ${width}: ${wide}px too wide`);
    // A long page is cut on the phone: the pictures live in the repository.
    const whole = width === "phone" && !["document", "act"].includes(name);
    const tall = await page.evaluate(() => document.documentElement.scrollHeight);
    const clip = whole ? { x: 0, y: 0, width: viewport.width, height: Math.min(tall, 1200) } : undefined;
    await page.screenshot({ path: `${folder}/${name}-${width}.png`, fullPage: whole, clip });
  }
  await page.close();
}
await browser.close();
await site.remove();
